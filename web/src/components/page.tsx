// A page: its main landmark, its heading (which names the window too) and, below other pages, the way back.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/i18n';
import { Icon } from './icon';

interface PageProps {
  title: string;
  lead?: ComponentChildren;
  back?: { href: string; label: string };
  actions?: ComponentChildren;
  narrow?: boolean;
  children: ComponentChildren;
}

export function Page({ title, lead, back, actions, narrow = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – ${t('app.name')}`;
  }, [title]);
  return (
    <main id="main" class={narrow ? 'page page-narrow' : 'page'} tabIndex={-1}>
      <header class="page-header">
        {back && (
          <a class="back-link" href={back.href}>
            <Icon name="back" size={16} />
            {back.label}
          </a>
        )}
        <div class="row-between">
          <h1 tabIndex={-1}>{title}</h1>
          {actions !== undefined && <div class="row">{actions}</div>}
        </div>
        {lead !== undefined && <div class="lead">{lead}</div>}
      </header>
      {children}
    </main>
  );
}

export function Section({ title, actions, children }: { title: string; actions?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section">
      <div class="row-between">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
