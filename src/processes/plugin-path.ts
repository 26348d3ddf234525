/** Whether a plugin is named by its path, and not as a package. */
export const isPath = (name: string): boolean => /^(?:\.{0,2}\/|[A-Za-z]:\\|\.{1,2}\\)/.test(name)
