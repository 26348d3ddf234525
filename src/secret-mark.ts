/** What stands in the place of a secret's value wherever it would be stored or shown. */
export const mark = (name: string): string => `[secret ${name}]`

/** The mark of a value whose name is not at hand. */
export const NAMELESS_MARK = '[secret]'

/** Either mark; the group is the name. For `matchAll` and `search`: with `test` it would remember where it stopped. */
export const MARK = /\[secret(?: ([^\]\s]{1,200}))?\]/g

export const holdsMark = (text: string): boolean => text.search(MARK) !== -1

/** What a text that is cut off may end with when it is cut off inside a mark. */
export const BEGUN_MARK = /\[(?:s(?:e(?:c(?:r(?:et?)?)?)?)?|secret [^\]\s]{0,200})?$/
/** No mark is longer. */
export const LONGEST_MARK = 210
