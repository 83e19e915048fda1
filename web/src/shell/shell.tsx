// What stays on the screen whatever page is open: navigation, banners, running imports.
import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { AnnounceRegion } from '../components/announce';
import { Icon, type IconName } from '../components/icon';
import { t } from '../i18n/i18n';
import { unread } from '../state/inbox';
import { AccountMenu } from './account-menu';
import { Banners } from './banners';
import { ErrorBoundary } from './error-boundary';
import { Mark } from './mark';
import { ProgressDock } from './progress-dock';
import { PushOffer } from './push-offer';

interface Place {
  href: string;
  icon: IconName;
  label: string;
  badge?: number;
}

function places(): Place[] {
  return [
    { href: '/', icon: 'home', label: t('nav.home') },
    { href: '/jobs', icon: 'imports', label: t('nav.jobs') },
    { href: '/data', icon: 'data', label: t('nav.data') },
    { href: '/notifications', icon: 'bell', label: t('nav.notifications'), badge: unread.value },
  ];
}

function isHere(href: string, path: string): boolean {
  if (href === '/') return path === '/' || path.startsWith('/connections');
  return path === href || path.startsWith(`${href}/`);
}

function NavLink({ place, here }: { place: Place; here: boolean }) {
  const count = place.badge ?? 0;
  return (
    <a class="nav-link" href={place.href} aria-current={here ? 'page' : undefined}>
      <span class="nav-icon">
        <Icon name={place.icon} size={20} />
        {count > 0 && (
          <span class="nav-badge numbers" aria-hidden="true">
            {count > 9 ? '9+' : count}
          </span>
        )}
      </span>
      <span class="nav-text">{place.label}</span>
      {count > 0 && <span class="heard">{t('nav.unread', { count })}</span>}
    </a>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  return (
    <>
      <a
        class="skip-link"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('app.skip')}
      </a>
      <header class="top">
        <div class="top-inner">
          <a class="brand" href="/" aria-label={`${t('app.name')}, ${t('nav.home')}`}>
            <Mark size={28} />
            <span>{t('app.name')}</span>
          </a>
          <nav class="nav" aria-label={t('nav.label')}>
            {places().map((place) => (
              <NavLink key={place.href} place={place} here={isHere(place.href, path)} />
            ))}
          </nav>
          <AccountMenu />
        </div>
      </header>
      <Banners />
      {path.startsWith('/jobs/') && <PushOffer />}
      <ErrorBoundary place={path}>{children}</ErrorBoundary>
      <ProgressDock />
      <AnnounceRegion />
    </>
  );
}
