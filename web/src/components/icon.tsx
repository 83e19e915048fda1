// The few signs of the app, drawn in lines on a grid of 24. They accompany words and are silent for those who listen.
const paths = {
  home: 'M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6',
  imports: 'M12 3v11M7.5 10L12 14.5 16.5 10M4 17v3h16v-3',
  data: 'M4 20V4M4 20h16M8 16l3.5-5 3 3L20 7',
  bell: 'M6 16V10.5a6 6 0 0 1 12 0V16l1.5 2h-15L6 16zM10 20.5h4',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1-4 4-5.500 7.500-5.500s6.500 1.500 7.500 5.500',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  warning: 'M12 4l9 16H3L12 4zM12 10v4.500M12 17.200v.3',
  error: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500v5.500M12 16.200v.3',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500v.3',
  offline: 'M3 3l18 18M5 12.500a10 10 0 0 1 4-2.400M2 9a14 14 0 0 1 4-2.600M19 12.500a10 10 0 0 0-3-2M22 9a14 14 0 0 0-10-3.900M8.500 16a5 5 0 0 1 7 0M12 19.500v.1',
  back: 'M14.500 5.500L8 12l6.500 6.500',
  forward: 'M9.500 5.500L16 12l-6.500 6.500',
  down: 'M5.500 9.500L12 16l6.500-6.500',
  up: 'M5.500 14.500L12 8l6.500 6.500',
  close: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.500l3.500 2',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4.100 4.100 0 0 0-5.800-5.800l-1.200 1.200M14 10a4 4 0 0 0-6-.4l-3 3a4.100 4.100 0 0 0 5.800 5.800l1.200-1.200',
  device: 'M8 3h8v18H8zM11 18h2',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  plus: 'M12 5v14M5 12h14',
  pause: 'M8 5v14M16 5v14',
  play: 'M8 5l11 7-11 7V5z',
  retry: 'M4 12a8 8 0 1 1 2.500 5.800M4 19v-5h5',
  download: 'M12 4v11M7.500 11L12 15.500 16.500 11M5 20h14',
  leave: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
