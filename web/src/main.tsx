import { render } from 'preact';
import { App } from './app';
import { forgetAll } from './api/offline';
import { loadLanguage, preferredLanguage } from './i18n/i18n';
import { onErase, startSession } from './session/session';
import { startInstallation } from './state/installation';
import { startPush } from './state/push';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';

async function start(): Promise<void> {
  startSession();
  onErase(forgetAll);
  startPush();
  await loadLanguage(preferredLanguage(navigator.languages, localStorage.getItem('coldpath.language')));
  render(<App />, document.getElementById('app')!);
  // After the first picture: it is for the next visit.
  startInstallation();
}

void start();
