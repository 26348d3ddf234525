import {
  AppError,
  type FormPart,
  fieldError,
  type RunFile,
  type SecretPair,
  Sensitive,
  type StepFiles,
} from '../../src/steps/index.ts'
import type { CustomHttpInput } from './fields.ts'
import { multipartBody, multipartParts } from './multipart-body.ts'

export interface RequestBody {
  readonly content: Sensitive | RunFile | readonly FormPart[]
  /** Undefined: the client sets it. */
  readonly contentType: string | undefined
}

/**
 * The body, or `undefined` for none. It stays a `Sensitive` until it is sent.
 *
 * @throws AppError INVALID_FIELD when the method carries no body, or a header contradicts the body.
 */
export function requestBody(input: CustomHttpInput, files: StepFiles): RequestBody | undefined {
  refuseBody(input)
  return bodyOf[input.bodyKind](input, files)
}

const bodyOf: Record<
  CustomHttpInput['bodyKind'],
  (input: CustomHttpInput, files: StepFiles) => RequestBody | undefined
> = {
  none: () => undefined,
  json: ({ body }) => body && { content: body, contentType: 'application/json' },
  text: ({ body }) => body && { content: body, contentType: 'text/plain; charset=utf-8' },
  form: ({ form = [] }) => ({ content: formBody(form), contentType: 'application/x-www-form-urlencoded' }),
  multipart({ form = [], headers = [], partTypes = [], fileNames = [], formFiles = [] }, files) {
    refuseContentType(headers)
    if (formFiles.length === 0) return multipartBody(form, { partTypes, fileNames })
    const kept = formFiles.map(({ name, value }, index) => ({
      name,
      file: find(files, value, { field: 'formFiles', row: index + 1 }),
    }))
    return { content: multipartParts([...form, ...kept], { partTypes, fileNames }), contentType: undefined }
  },
  file({ file = '' }, files) {
    const content = find(files, file, { field: 'file' })
    return { content, contentType: content.mediaType }
  },
}

function find(files: StepFiles, named: string, place: { field: string; row?: number }): RunFile {
  try {
    return files.find(named)
  } catch (error) {
    if (error instanceof AppError) throw fieldError(place, error.message)
    throw error
  }
}

/** RFC 9110 gives a body no meaning for these methods. Servers drop or refuse it. */
function refuseBody({ method, bodyKind }: CustomHttpInput): void {
  if (bodyKind === 'none' || (method !== 'GET' && method !== 'HEAD')) return
  const advice = 'Choose another method, or set "bodyKind" to none.'
  throw fieldError({ field: 'bodyKind' }, `a ${method} request has no body. ${advice}`)
}

function formBody(form: readonly SecretPair[]): Sensitive {
  const parameters = form.map(({ name, value }): [string, string] => [name, value.reveal()])
  const text = new URLSearchParams(parameters).toString()
  return Sensitive.madeOf(
    text,
    form.map(({ value }) => value),
  )
}

/** Only this step knows the boundary. Without it no server could read the parts. */
function refuseContentType(headers: readonly SecretPair[]): void {
  const index = headers.findIndex(({ name }) => name.toLowerCase() === 'content-type')
  if (index === -1) return
  const advice = 'A multipart body sets it itself, with its boundary. Remove it.'
  throw fieldError({ field: 'headers', row: index + 1 }, `Content-Type. ${advice}`)
}
