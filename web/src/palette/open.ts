/** What a key or a button has opened. */
export type Open = 'palette' | 'shortcuts' | undefined
