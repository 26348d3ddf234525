import type { SecretActions } from './secret-row.tsx'
import type { SecretPages } from './use-secret-pages.ts'

/** What a list of secrets shows, be it short or long. */
export interface SecretListProps {
  pages: SecretPages
  /** What a click does; undefined for members, who change nothing. */
  actions: SecretActions | undefined
}
