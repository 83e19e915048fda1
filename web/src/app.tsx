// The routes. Pages are bundles of their own, loaded when they are opened.
import { LocationProvider, Router, Route, lazy } from 'preact-iso';

const NotFound = lazy(() => import('./pages/not-found'));
const JobPage = lazy(() => import('./pages/job/job-page'));

export function App() {
  return (
    <LocationProvider>
      <Router>
        <Route path="/jobs/:id" component={JobPage} />
        <Route default component={NotFound} />
      </Router>
    </LocationProvider>
  );
}
