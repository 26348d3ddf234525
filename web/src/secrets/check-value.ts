const MAX_BYTES = 64 * 1024
const MIN_LENGTH = 4

/**
 * Why Lockstep cannot keep a value; the same rules as those of the API for a value in the clear. Through the seal
 * the API sees the length alone, so this is the place where the others are held.
 */
export function checkValue(value: string): string | undefined {
  if (value === '') return 'Give the secret a value.'
  if (value.trim().length < MIN_LENGTH) {
    return `The value needs at least ${MIN_LENGTH} characters: a shorter one could not be hidden in outputs without hiding ordinary text too.`
  }
  if (new TextEncoder().encode(value).length > MAX_BYTES) {
    return `The value is over ${MAX_BYTES / 1024} KiB. Store a shorter one.`
  }
  if (!value.isWellFormed()) return 'The value holds half of a character (a lone surrogate). Paste it again.'
  if (value.includes('\0')) return 'The value holds a NUL character. Take it out.'
  return undefined
}

/** What a person who cannot see the value may want to know of it. It tells nothing of its content. */
export function remarkOn(value: string): string {
  const lines = value.split('\n').length
  const remarks = [
    ...(lines > 1 ? [`${lines} lines.`] : []),
    ...(value === value.trim() ? [] : ['Begins or ends with white space, which is kept.']),
  ]
  return remarks.join(' ')
}
