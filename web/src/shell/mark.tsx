// The app's sign: days in a row, one of them still on its way.
export function Mark({ size }: { size: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <path class="mark-line" d="M7 21.500 12.500 16l4 4L25 11" fill="none" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" />
      <circle class="mark-dot" cx="25" cy="11" r="2.800" />
    </svg>
  );
}
