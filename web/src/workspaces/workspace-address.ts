const LONGEST = 40

/** The id that is proposed for a workspace of this name: `Acme & Sons` gives `acme-sons`. */
export function workspaceAddress(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
}
