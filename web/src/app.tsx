// The routes. Pages are bundles of their own, loaded when they are opened.
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { safeReturn, signInAddress } from './session/flow';
import { left, session } from './session/session';
import { lazyPage } from './shell/lazy-page';
import { Shell } from './shell/shell';
import { onWorkerMessage } from './state/installation';
import { startJobFeed } from './state/job-feed';
import { startPerson } from './state/person';

const SignInPage = lazyPage(() => import('./pages/sign-in/sign-in-page'));
const CallbackPage = lazyPage(() => import('./pages/sign-in/callback-page'));
const HomePage = lazyPage(() => import('./pages/home/home-page'));
const ImportPage = lazyPage(() => import('./pages/import/import-page'));
const JobsPage = lazyPage(() => import('./pages/jobs/jobs-page'));
const JobPage = lazyPage(() => import('./pages/job/job-page'));
const DataPage = lazyPage(() => import('./pages/data/data-page'));
const TypePage = lazyPage(() => import('./pages/data/type-page'));
const NotificationsPage = lazyPage(() => import('./pages/notifications/notifications-page'));
const SettingsPage = lazyPage(() => import('./pages/settings/settings-page'));
const NotFound = lazyPage(() => import('./pages/not-found'));

// Focus goes to the new page's heading, as after the load of a document; those who listen hear where they are.
function arrive(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }));
}

function Pages() {
  return (
    <Router onRouteChange={arrive}>
      <Route path="/" component={HomePage} />
      <Route path="/connections" component={HomePage} />
      <Route path="/connections/:id/import" component={ImportPage} />
      <Route path="/jobs" component={JobsPage} />
      <Route path="/jobs/:id" component={JobPage} />
      <Route path="/jobs/:id/result" component={JobPage} />
      <Route path="/data" component={DataPage} />
      <Route path="/data/:type" component={TypePage} />
      <Route path="/notifications" component={NotificationsPage} />
      <Route path="/settings" component={SettingsPage} />
      <Route default component={NotFound} />
    </Router>
  );
}

function SignedIn() {
  const { route } = useLocation();
  const subject = session.value?.subject;
  useEffect(() => {
    const stopFeed = startJobFeed();
    const stopPerson = startPerson();
    return () => {
      stopFeed();
      stopPerson();
    };
  }, [subject]);
  // A notification was pressed, and this window is the one that answers it.
  useEffect(() => onWorkerMessage((message) => message.kind === 'open' && route(safeReturn(message.url))), [route]);
  return (
    <Shell>
      <Pages />
    </Shell>
  );
}

// Who is not signed in goes to the sign-in, with the place they wanted in its address, and is there afterwards.
function Door() {
  const { path, url, query, route } = useLocation();
  const inside = session.value !== null;
  const atDoor = path === '/sign-in';
  const callback = path === '/sign-in/callback';
  useEffect(() => {
    if (callback) return;
    if (!inside && !atDoor) route(left.value ? '/sign-in' : signInAddress(url, query['user']), true);
    if (inside && atDoor) route(safeReturn(query['to']), true);
  }, [inside, path]);
  if (callback) return <CallbackPage />;
  // In between there is nothing to see.
  if (inside === atDoor) return null;
  return inside ? <SignedIn /> : <SignInPage />;
}

export function App() {
  return (
    // Links to the API (downloads) are the browser's own affair.
    <LocationProvider scope={/^\/(?!v1\/|openapi\.json)/}>
      {/* The sign-in pages are loaded outside of a Router, which would wait for them; this does. */}
      <ErrorBoundary>
        <Door />
      </ErrorBoundary>
    </LocationProvider>
  );
}
