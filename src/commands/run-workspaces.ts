import { documents } from '../client/documents.ts'
import { type ApiSession, change, readViewer, type Viewer } from '../client/session.ts'
import { AppError } from '../errors.ts'
import { row, type Told } from './api-command.ts'

export async function listWorkspaces({ request }: ApiSession): Promise<Told> {
  const { workspaces } = await readViewer(request)
  const shown = workspaces.map(({ id, name, viewerRole }) => ({ id, name, role: viewerRole }))
  return { json: { workspaces: shown }, lines: shown.map((it) => row(it.id, it.role, it.name)) }
}

/**
 * @param wanted the id or the name.
 * @param confirm the name, as the person typed it once more: the API compares it.
 * @throws AppError NOT_FOUND, CONFLICT, FORBIDDEN, INVALID_FIELD
 */
export async function deleteWorkspace(
  { request }: ApiSession,
  wanted: string,
  confirm: string,
): Promise<Told> {
  const viewer = await readViewer(request)
  if (viewer.kind === 'API_TOKEN')
    throw new AppError(
      'FORBIDDEN',
      'An API token deletes no workspace. Sign in as an admin: `lockstep login`.',
    )
  const { id, name } = findWorkspace(viewer, wanted)
  await change(request, documents.deleteWorkspace, { input: { workspace: id, name: confirm } })
  return { json: { id, name, deleted: true }, lines: [`${name} (${id}) was deleted.`] }
}

/** An id counts before a name: another workspace may be called like it. */
function findWorkspace({ workspaces }: Viewer, wanted: string): Viewer['workspaces'][number] {
  const byId = workspaces.find(({ id }) => id === wanted)
  const [found, another] = byId ? [byId] : workspaces.filter(({ name }) => name === wanted)
  if (!found)
    throw new AppError(
      'NOT_FOUND',
      `You are in no workspace ${wanted}. \`lockstep workspaces list\` has all of yours.`,
    )
  if (another)
    throw new AppError('CONFLICT', `Several workspaces have the name ${wanted}. Give the id of one.`)
  return found
}
