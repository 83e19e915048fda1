// The button that was pressed goes with the state that it changed; without this the focus would fall back to the top of the document.
export function focusTitle(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus());
}
