const shapes = {
  add: 'M8 3v10M3 8h10',
  close: 'm4 4 8 8m0-8-8 8',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  remove: 'M2.5 4.5h11M6 4.5V3h4v1.5M4 4.5l.6 8.5h6.8l.6-8.5M6.7 7v3.5M9.3 7v3.5',
  key: 'M10.2 9.3a3.5 3.5 0 1 0-3.5-3.5c0 .5.1 1 .3 1.4L2.5 11.7v1.8h2.2v-1.6h1.7v-1.7l1.7-1.7c.6.5 1.3.8 2.1.8Zm.9-4.4h.01',
  show: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z',
  hide: 'M2.5 2.5l11 11M6.5 3.7A6 6 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-1.9 2.4M4 4.9A11 11 0 0 0 1.5 8S4 12.5 8 12.5a6 6 0 0 0 2.9-.7M6.7 6.7a1.8 1.8 0 0 0 2.5 2.5',
  signOut: 'M6.5 13.5h-3v-11h3M10.5 11l3-3-3-3M13.5 8h-7',
} as const

export type IconName = keyof typeof shapes

/** Decoration only: the text beside it, or the label of its button, says what it means. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}

/** The mark of Lockstep. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 24v-5.5h6v-6h6V7h6" />
      <circle cx="23" cy="22.5" r="2.5" />
    </svg>
  )
}
