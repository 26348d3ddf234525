import { hash } from 'node:crypto'

/** What the token in the URL of a hook is derived from. */
export interface HookOf {
  workspace: string
  id: string
  generation: number
}

/** Derives the tokens in the URLs of hooks, and checks them. */
export interface HookTokens {
  tokenOf(hook: HookOf): string
  /** The automation that a derived token names; undefined for any other text. It proves nothing yet. */
  idIn(token: string): string | undefined
  /** Whether the token is the automation's, of this generation. */
  isOf(token: string, hook: HookOf): boolean
}

// What stands in no token, so that nobody can send the stored text as one.
const MARK = 'sha256:'

/** An automation that is older than derived URLs has this of its first token, until its hook is rotated. */
export const hashOldHook = (token: string): string => `${MARK}${hash('sha256', token, 'hex')}`

/** The same in SQL, of the column that had the tokens themselves. */
export const HASH_OLD_HOOKS = `update automation
   set hook_token = '${MARK}' || encode(sha256(convert_to(hook_token, 'UTF8')), 'hex')
 where hook_token not like '${MARK}%'`
