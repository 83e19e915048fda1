// Cards, badges, banners, placeholders: what carries content and is not operated.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

export function Card({ children, label }: { children: ComponentChildren; label?: string }) {
  return label === undefined ? <div class="card">{children}</div> : <section class="card" aria-label={label}>{children}</section>;
}

export type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'danger';

export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

const bannerIcons = { info: 'info', good: 'check', warning: 'warning', danger: 'error' } as const;

interface BannerProps {
  tone?: keyof typeof bannerIcons;
  icon?: IconName;
  title: ComponentChildren;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  // Said at once to those who listen: for what has just happened, not for what is there when the page opens.
  live?: boolean;
}

export function Banner({ tone = 'info', icon, title, children, actions, live = false }: BannerProps) {
  return (
    <div class={`banner banner-${tone}`} role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}>
      <Icon name={icon ?? bannerIcons[tone]} />
      <div class="banner-body">
        <p class="banner-title">{title}</p>
        {children !== undefined && <div>{children}</div>}
        {actions !== undefined && <div class="banner-actions">{actions}</div>}
      </div>
    </div>
  );
}

export function EmptyState({ icon, title, children, action }: { icon: IconName; title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={40} />
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}

// The shape of what is coming. `lines` are widths in percent.
export function Skeleton({ lines = [60, 90, 75], label }: { lines?: number[]; label?: string }) {
  return (
    <div class="stack-tight" role="status">
      {label !== undefined && <span class="heard">{label}</span>}
      {lines.map((width, index) => (
        <span key={index} class="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

type ProgressLook = 'running' | 'waiting' | 'paused';

// `share` null: it is not known yet how much there is.
export function ProgressBar({ share, label, look = 'running' }: { share: number | null; label: string; look?: ProgressLook }) {
  const percent = share === null ? undefined : Math.floor(Math.max(0, Math.min(1, share)) * 100);
  return (
    <div
      class={`progress progress-${percent === undefined ? 'unknown' : look}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div class="progress-fill" style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </div>
  );
}
