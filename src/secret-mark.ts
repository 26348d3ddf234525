/** The text that replaces a secret's value wherever the value would be stored or shown. */
export const mark = (name: string): string => `[secret ${name}]`

/** The mark of a value whose name is unknown. */
export const NAMELESS_MARK = '[secret]'

/**
 * Either mark; the group is the name. Use it with `matchAll` and `search`: `test` would remember where it stopped.
 */
export const MARK = /\[secret(?: ([^\]\s]{1,200}))?\]/g

export const holdsMark = (text: string): boolean => text.search(MARK) !== -1

/** The possible endings of a text that was cut off inside a mark. */
export const BEGUN_MARK = /\[(?:s(?:e(?:c(?:r(?:et?)?)?)?)?|secret [^\]\s]{0,200})?$/
/** No mark is longer. */
export const LONGEST_MARK = 210
