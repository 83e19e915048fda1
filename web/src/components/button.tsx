// A button, or a link that looks like one. While it works it says so and cannot be pressed again, and it keeps the focus.
import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon';

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Look {
  variant?: Variant;
  icon?: IconName;
  wide?: boolean;
  children: ComponentChildren;
}

function classOf(variant: Variant, wide: boolean): string {
  return `button button-${variant}${wide ? ' button-wide' : ''}`;
}

export interface ButtonProps extends Look {
  onClick?: (event: JSX.TargetedMouseEvent<HTMLButtonElement>) => void;
  type?: 'button' | 'submit';
  disabled?: boolean;
  busy?: boolean;
  // For a button whose words alone do not say what it acts on.
  label?: string;
  describedBy?: string;
  autoFocus?: boolean;
}

export function Button({ variant = 'secondary', icon, wide = false, busy = false, disabled = false, ...rest }: ButtonProps) {
  const press = (event: JSX.TargetedMouseEvent<HTMLButtonElement>) => {
    if (busy) event.preventDefault();
    else rest.onClick?.(event);
  };
  return (
    <button
      type={rest.type ?? 'button'}
      class={classOf(variant, wide)}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      aria-label={rest.label}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      onClick={press}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={18} />}
      {rest.children}
    </button>
  );
}

export function LinkButton({ variant = 'secondary', icon, wide = false, href, label, children }: Look & { href: string; label?: string }) {
  return (
    <a class={classOf(variant, wide)} href={href} aria-label={label}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </a>
  );
}

export function IconButton({ icon, label, onClick, expanded, controls }: { icon: IconName; label: string; onClick: () => void; expanded?: boolean; controls?: string }) {
  return (
    <button type="button" class="button button-icon" aria-label={label} aria-expanded={expanded} aria-controls={controls} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
