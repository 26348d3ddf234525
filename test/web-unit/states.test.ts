import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const app = resolve(import.meta.dirname, '../../web/src')
const walks = resolve(import.meta.dirname, '../web/states')

/** Of each component with a dialog, a drawer or a menu, a state of test/web/states in which it is open. */
const OVER_THE_PAGE: Readonly<Record<string, string>> = {
  'automations/automation-menu.tsx': 'automations: delete',
  'automations/automation-row.tsx': 'automations: menu of a row',
  'automations/rename-dialog.tsx': 'automations: rename',
  'editor/curl/copy-curl-dialog.tsx': 'editor: copy as cURL',
  'editor/curl/curl-dialog.tsx': 'editor: paste cURL',
  'editor/dialogs/authorization-dialog.tsx': 'editor: authorization',
  'editor/dialogs/conflict-dialog.tsx': 'editor: changed by somebody else',
  'editor/dialogs/leave-dialog.tsx': 'editor: leave with changes',
  'editor/dialogs/run-dialog.tsx': 'editor: run',
  'editor/dialogs/test-dialog.tsx': 'editor: test a step',
  'editor/editor-columns.tsx': 'editor: the variables',
  'editor/fields/choices-button.tsx': 'editor: what a service offers for a field',
  'editor/steps/step-picker.tsx': 'editor: the choice of a step',
  'editor/steps/step-row.tsx': 'editor: the menu of a step',
  'editor/trigger/alert-dialog.tsx': 'editor: failure alerts, refused',
  'editor/trigger/hook-command-dialog.tsx': 'editor: call the hook',
  'editor/trigger/hook-url.tsx': 'editor: replace the URL of the hook',
  'editor/versions/editor-menu.tsx': 'editor: discard the draft',
  'editor/versions/versions-dialog.tsx': 'editor: the versions',
  'keys/root-key.tsx': 'keys: another root key, to be accepted',
  'lists/remove-row-dialog.tsx': 'API tokens: revoke',
  'members/invite-dialog.tsx': 'members: the link of an invitation',
  'members/member-table.tsx': 'members: change a role',
  'palette/palette.tsx': 'the palette, with results',
  'palette/shortcuts-dialog.tsx': 'the shortcuts',
  'secrets/add-secret-dialog.tsx': 'secret: add',
  'secrets/delete-secret-dialog.tsx': 'secret: delete one that is used',
  'secrets/import-dialog.tsx': 'import: each kind of row',
  'secrets/secret-dialog.tsx': 'secret: form',
  'session/account-button.tsx': 'the menu of the account',
  'session/account-menu.tsx': 'the menu of the account',
  'session/sign-in-again.tsx': 'secret: add, after the session has ended',
  'tokens/create-token-dialog.tsx': 'API tokens: shown once',
  'tokens/token-table.tsx': 'API tokens: revoke',
  'workspaces/delete-workspace-dialog.tsx': 'the workspace: delete, with another name',
  'workspaces/workspace-button.tsx': 'the menu of the workspaces',
  'workspaces/workspace-menu.tsx': 'the menu of the workspaces',
  'workspaces/workspace-page.tsx': 'the workspace: leave',
}

/** Of each component that loads, or that may have nothing to show, a state in which it does. */
const NOT_THERE: Readonly<Record<string, string>> = {
  'audit/audit-page.tsx': 'audit log: loading',
  'automations/automations-page.tsx': 'automations: not loaded',
  'editor/editor-page.tsx': 'editor: loading',
  'editor/versions/versions-dialog.tsx': 'editor: the versions, loading',
  'keys/keys-page.tsx': 'keys: loading',
  'lists/paged-list.tsx': 'secrets: loading',
  'members/members-page.tsx': 'members: not loaded',
  'roles/admins-only.tsx': 'a page for admins, as a member',
  'routing/lazy-page.tsx': 'a page whose code is not loaded',
  'runs/run-list.tsx': 'runs: not loaded',
  'runs/run-page.tsx': 'run: loading',
  'secrets/no-secrets.tsx': 'secrets: none, as a member',
  'secrets/secret-dialog.tsx': 'secret: form, loading',
  'tokens/tokens-page.tsx': 'API tokens: loading',
  'workspaces/workspace-frame.tsx': 'the workspace is loading',
}

const OPENS =
  /<(?:Dialog|ConfirmDialog|CommandDialog|QuestionDialog|RemoveRowDialog|Modal|Drawer|Menu|LaterMenu|Popover|HoverCard|Combobox)\b/
const LOADS = /<(?:NotLoaded|EmptyState|Skeleton|PageSkeleton|ListSkeleton|PagedList)\b/

it.each([
  ['a dialog, a drawer or a menu', OPENS, OVER_THE_PAGE],
  ['something that loads or is empty', LOADS, NOT_THERE],
])('each component with %s has a state that is walked with axe', (_what, pattern, states) => {
  expect(new Set(filesWith(pattern))).toEqual(new Set(Object.keys(states)))
  const walked = titles()
  expect(Object.values(states).filter((it) => !walked.has(it))).toEqual([])
})

/** The building blocks themselves are in no state without what uses them. */
function filesWith(pattern: RegExp): string[] {
  return globSync(`${app}/**/*.tsx`)
    .map((file) => relative(app, file))
    .filter(
      (file) =>
        !/^(?:dialogs|feedback)\//.test(file) && pattern.test(readFileSync(resolve(app, file), 'utf8')),
    )
}

/** The names of all states: the first text of each line of a list. */
function titles(): Set<string> {
  const texts = globSync(`${walks}/*.test.ts`).map((file) => readFileSync(file, 'utf8'))
  return new Set(
    texts.flatMap((text) => Array.from(text.matchAll(/^ {2,4}\[?'([^']+)',/gm), ([, it = '']) => it)),
  )
}
