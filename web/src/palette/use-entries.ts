import { useNavigate } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { useSettled } from '../forms/use-settled.ts'
import { PaletteAutomationsDocument, PaletteSecretsDocument } from '../gql/graphql.ts'
import { useViewer } from '../session/session.tsx'

export interface Entry {
  /** Told apart by it; it is part of the id of the option. */
  id: string
  group: 'Pages' | 'Automations' | 'Secrets' | 'Actions'
  label: string
  open(): void
}

const PAGES = [
  { to: '/w/$workspace/automations', label: 'Automations', adminOnly: false },
  { to: '/w/$workspace/runs', label: 'Runs', adminOnly: false },
  { to: '/w/$workspace/settings/secrets', label: 'Secrets', adminOnly: false },
  { to: '/w/$workspace/settings/members', label: 'Members', adminOnly: false },
  { to: '/w/$workspace/settings/workspace', label: 'Workspace', adminOnly: false },
  { to: '/w/$workspace/settings/tokens', label: 'API tokens', adminOnly: true },
  { to: '/w/$workspace/settings/keys', label: 'Keys', adminOnly: true },
  { to: '/w/$workspace/settings/audit', label: 'Audit log', adminOnly: true },
] as const

/** What fits what is typed: pages and actions that the person may use, automations, and names of secrets. */
export function useEntries(workspace: string, typed: string, showShortcuts: () => void): Entry[] {
  const navigate = useNavigate()
  const { workspaces } = useViewer()
  const role = workspaces.find(({ id }) => id === workspace)?.viewerRole
  const search = useSettled(typed.trim())
  const variables = { workspace, search: search === '' ? null : search }
  const [automations] = useQuery({ query: PaletteAutomationsDocument, variables })
  const [secrets] = useQuery({ query: PaletteSecretsDocument, variables })
  const pages = PAGES.filter(({ adminOnly }) => role === 'ADMIN' || !adminOnly).map(
    ({ to, label }): Entry => ({
      id: `page-${label.replaceAll(' ', '-')}`,
      group: 'Pages',
      label,
      open: () => void navigate({ to, params: { workspace } }),
    }),
  )
  const others = workspaces
    .filter(({ id }) => id !== workspace)
    .map(
      ({ id, name }): Entry => ({
        id: `workspace-${id}`,
        group: 'Actions',
        label: `Switch to ${name}`,
        open: () => void navigate({ to: '/w/$workspace', params: { workspace: id } }),
      }),
    )
  const action = (id: string, label: string, open: () => void): Entry => ({
    id,
    group: 'Actions',
    label,
    open,
  })
  const actions = [
    action(
      'new-automation',
      'New automation',
      () => void navigate({ to: '/w/$workspace/automations/new', params: { workspace } }),
    ),
    ...others,
    action('new-workspace', 'New workspace', () => void navigate({ to: '/new-workspace' })),
    action('security', 'Security of your account', () => void navigate({ to: '/security' })),
    action('shortcuts', 'Keyboard shortcuts', showShortcuts),
  ]
  const words = typed.trim().toLowerCase()
  const fits = ({ label }: Entry) => label.toLowerCase().includes(words)
  const found = automations.data?.automationsConnection.edges.map(
    ({ node: { id, name } }): Entry => ({
      id: `automation-${id.split('.')[1]}`,
      group: 'Automations',
      label: name,
      open: () =>
        void navigate({
          to: '/w/$workspace/automations/$automation',
          params: { workspace, automation: id },
        }),
    }),
  )
  const named = secrets.data?.secretsConnection.edges.map(
    ({ node: { name } }): Entry => ({
      id: `secret-${name}`,
      group: 'Secrets',
      label: name,
      open: () => void navigate({ to: '/w/$workspace/settings/secrets', params: { workspace } }),
    }),
  )
  return [...pages.filter(fits), ...(found ?? []), ...(named ?? []), ...actions.filter(fits)]
}
