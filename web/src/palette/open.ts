/** What a key has opened. */
export type Open = 'palette' | 'shortcuts' | undefined
