import { render } from 'preact';
import { App } from './app';
import { loadLanguage, preferredLanguage } from './i18n/i18n';
import './styles/tokens.css';
import './styles/base.css';

async function start(): Promise<void> {
  await loadLanguage(preferredLanguage(navigator.languages, localStorage.getItem('coldpath.language')));
  render(<App />, document.getElementById('app')!);
}

void start();
