/**
 * Drops the text that a regular expression matched last. The engine keeps it for `RegExp.input` until another
 * expression matches. Stops an inspected value from staying in memory.
 */
export function forgetMatch(): void {
  ;/^/.test('')
}
