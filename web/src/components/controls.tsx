// Fields, choices and switches, each with its label.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'date';
  hint?: string;
  fault?: string | null;
  min?: string;
  max?: string;
  required?: boolean;
  autoComplete?: string;
  maxLength?: number;
}

export function Field({ label, value, onInput, type = 'text', hint, fault = null, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        type={type}
        value={value}
        min={rest.min}
        max={rest.max}
        maxLength={rest.maxLength}
        required={rest.required}
        autoComplete={rest.autoComplete ?? 'off'}
        aria-invalid={fault !== null || undefined}
        aria-describedby={hint !== undefined || fault !== null ? `${id}-hint` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span id={`${id}-hint`} class={fault === null ? 'hint' : 'fault'}>
        {fault ?? hint}
      </span>
    </div>
  );
}

interface ChoiceProps {
  type: 'radio' | 'checkbox';
  checked: boolean;
  onChange: (checked: boolean) => void;
  name?: string;
  boxed?: boolean;
  disabled?: boolean;
  children: ComponentChildren;
}

export function Choice({ type, checked, onChange, name, boxed = false, disabled = false, children }: ChoiceProps) {
  return (
    <label class={boxed ? 'choice choice-boxed' : 'choice'}>
      <input type={type} name={name} checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span class="grow">{children}</span>
    </label>
  );
}

export function Switch({ checked, onChange, disabled = false, children }: { checked: boolean; onChange: (on: boolean) => void; disabled?: boolean; children: ComponentChildren }) {
  return (
    <label class="switch">
      <span class="grow">{children}</span>
      <input type="checkbox" role="switch" checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
    </label>
  );
}
