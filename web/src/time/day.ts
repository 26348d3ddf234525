const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

/** A day, as all pages show it where the time of the day does not matter. @param at a moment, as the API gives it. */
export const day = (at: string): string => format.format(new Date(at))
