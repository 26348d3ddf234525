import type { Domain } from '../domain/index.ts'
import { parseFileId, type RunFileContent } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import { actorOf } from './caller.ts'
import type { Credentials, Rights } from './rights.ts'
import { refusal } from './sign-in/refusal.ts'

export interface FilesParts {
  domain: Pick<Domain, 'runFiles'>
  rights: Rights
  credentialsIn(headers: Headers): Credentials | undefined
}

export interface Files {
  /** Answers everything below /files. */
  handle(request: Request, pathname: string): Promise<Response>
}

export const FILES_PATH = '/files/'

const statuses: Readonly<Record<string, number>> = { NOT_FOUND: 404, FORBIDDEN: 403, SECRET_UNREADABLE: 409 }

/** Downloads of files of runs, for those who may read the run. */
export function createFiles({ domain, rights, credentialsIn }: FilesParts): Files {
  return {
    async handle(request, pathname) {
      if (request.method !== 'GET')
        return refusal(405, 'METHOD_NOT_ALLOWED', 'This takes GET.', { allow: 'GET' })
      const id = pathname.slice(FILES_PATH.length)
      // What is remembered is not enough: a download is on record, and nobody can take it back.
      const caller = await rights.identify(credentialsIn(request.headers), true)
      if (caller.kind === 'anonymous')
        return refusal(401, 'UNAUTHENTICATED', 'Sign in, or send an API token.')
      const workspace = parseFileId(id)?.workspace
      // A foreign workspace and a missing one get the same answer.
      if (workspace === undefined || !(await rights.may(caller, workspace, 'runs:read', true)))
        return refusal(403, 'FORBIDDEN', 'You may not do this here. Ask an admin of the workspace.')
      try {
        return await answer(await domain.runFiles.download(actorOf(caller), id))
      } catch (error) {
        const status = error instanceof AppError ? statuses[error.code] : undefined
        if (!(error instanceof AppError) || status === undefined) throw error
        return refusal(status, error.code, error.message)
      }
    },
  }
}

/** Nothing is sent before the first piece is open: a file that was changed is refused as a whole if it can be. */
async function answer({ name, mediaType, bytes, pieces }: RunFileContent): Promise<Response> {
  const iterator = pieces[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<Uint8Array>> | undefined = Promise.resolve(await iterator.next())
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await (next ?? iterator.next())
      next = undefined
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => void iterator.return?.(),
  })
  return new Response(body, {
    headers: {
      'content-type': mediaType,
      'content-length': String(bytes),
      // Never shown in a page of ours: what a service sends may be a page with scripts.
      'content-disposition': dispositionOf(name),
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** RFC 6266, with the name in UTF-8 for those who read it (RFC 8187). */
function dispositionOf(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
