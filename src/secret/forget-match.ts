/**
 * Lets go of the text that a regular expression matched last, which the engine keeps for `RegExp.input` until another
 * one matches. Stops a value that was looked at from staying in memory.
 */
export function forgetMatch(): void {
  ;/^/.test('')
}
