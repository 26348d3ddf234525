/** What a message can hold of a name or path as somebody wrote it. */
export function shorten(written: string): string {
  return written.length > 200 ? `${written.slice(0, 200)}…` : written
}
