// The routes. Pages are bundles of their own, loaded when they are opened.
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { session } from './session/session';
import { lazyPage } from './shell/lazy-page';
import { Shell } from './shell/shell';
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

function GoHome() {
  const { route } = useLocation();
  useEffect(() => route('/', true), []);
  return null;
}

function SignedIn() {
  const { path } = useLocation();
  const subject = session.value?.subject;
  useEffect(() => {
    const stopFeed = startJobFeed();
    const stopPerson = startPerson();
    return () => {
      stopFeed();
      stopPerson();
    };
  }, [subject]);
  return <Shell>{path === '/sign-in' ? <GoHome /> : <Pages />}</Shell>;
}

// Who is not signed in sees the sign-in at whatever address they came to, and is there afterwards.
function Door() {
  const { path } = useLocation();
  if (path === '/sign-in/callback') return <CallbackPage />;
  return session.value === null ? <SignInPage /> : <SignedIn />;
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
