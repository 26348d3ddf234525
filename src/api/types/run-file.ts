import { fileId, type RunFile } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'

export function defineRunFile(builder: Builder) {
  return builder.objectRef<RunFile>('RunFile').implement({
    description: 'A file that a step of a run has kept. It is gone with the run.',
    fields: (t) => ({
      id: t.id({ description: 'Later steps name the file by it.', resolve: fileId }),
      name: t.exposeString('name', { description: 'Redacted.' }),
      mediaType: t.exposeString('mediaType', {
        description:
          'The media type that the answer or the step gave, such as `text/csv` (RFC 9110, section 8.3.1).',
      }),
      bytes: t.exposeFloat('bytes', { description: 'A whole number, which may be larger than an Int.' }),
      sha256: t.exposeString('sha256', {
        nullable: true,
        description: 'The digest of the content in hexadecimal; null: the file cannot be downloaded.',
      }),
      downloadable: t.boolean({
        description:
          'False: a secret was found in it, or its step has protected it. Then its content was deleted.',
        resolve: ({ state }) => state === 'OPEN',
      }),
      url: t.string({
        nullable: true,
        description:
          'The path under which it is downloaded, with the credentials of a request; null: it cannot be.',
        resolve: (file) => (file.state === 'OPEN' ? `/files/${fileId(file)}` : null),
      }),
    }),
  })
}
