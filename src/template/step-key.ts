/** The form of a step's key, since templates name it as `steps.KEY.output`. */
export const STEP_KEY = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/** The same in words. */
export const STEP_KEY_RULE = 'a letter, then letters, digits and _, 64 at most'
