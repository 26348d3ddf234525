import { randomUUID } from 'node:crypto'
import { documents } from '../client/documents.ts'
import { type ApiSession, change, readPages } from '../client/session.ts'
import { AppError } from '../errors.ts'
import { row, type Told } from './api-command.ts'

export interface RemoveOptions {
  rotateHooks?: true
}

interface Member {
  name: string
  email: string
  role: string
  user: string
}

interface Data {
  workspace: {
    page: { edges: { node: Member }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  }
}

async function readMembers({ request, workspace }: ApiSession): Promise<Member[]> {
  return readPages(
    request,
    documents.members,
    { workspace: await workspace() },
    (data: Data) => data.workspace.page,
  )
}

/** @throws AppError NOT_FOUND */
async function findMember(session: ApiSession, email: string): Promise<Member> {
  const wanted = email.trim().toLowerCase()
  const found = (await readMembers(session)).find((it) => it.email.toLowerCase() === wanted)
  if (found) return found
  throw new AppError('NOT_FOUND', 'No member has this email. `lockstep members list` has all.')
}

export async function listMembers(session: ApiSession): Promise<Told> {
  const members = await readMembers(session)
  return { json: { members }, lines: members.map((it) => row(it.email, it.role, it.name)) }
}

export async function inviteMember(session: ApiSession, email: string, role: string): Promise<Told> {
  const input = { workspace: await session.workspace(), email, role, idempotencyKey: randomUUID() }
  const { url } = await change<{ url: string }>(session.request, documents.inviteMember, { input })
  return { json: { email, role, url }, lines: [url] }
}

export async function setRole(session: ApiSession, email: string, role: string): Promise<Told> {
  const member = await findMember(session, email)
  const input = { workspace: await session.workspace(), member: member.user, role }
  await change(session.request, documents.setMemberRole, { input })
  return { json: { email: member.email, role }, lines: [`${member.email} is ${role} now.`] }
}

export async function removeMember(
  session: ApiSession,
  email: string,
  options: RemoveOptions,
): Promise<Told> {
  const member = await findMember(session, email)
  const input = {
    workspace: await session.workspace(),
    member: member.user,
    rotateHooks: options.rotateHooks === true,
  }
  const { hooksRotated } = await change<{ hooksRotated: boolean }>(session.request, documents.removeMember, {
    input,
  })
  const hooks = hooksRotated ? ' Every hook of the workspace has another URL.' : ''
  return {
    json: { email: member.email, removed: true, hooksRotated },
    lines: [`${member.email} was removed.${hooks}`],
  }
}
