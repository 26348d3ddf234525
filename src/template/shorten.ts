/** A part of a written name or path that is short enough for a message. */
export function shorten(written: string): string {
  return written.length > 200 ? `${written.slice(0, 200)}…` : written
}
