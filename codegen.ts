import { createHash } from 'node:crypto'
import type { CodegenConfig } from '@graphql-codegen/cli'
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset'

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'web/src/**/*.graphql',
  generates: {
    'web/src/gql/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        // Beside the documents, a file of them by hash: the API takes the hash in the place of the text.
        persistedDocuments: {
          hashAlgorithm: (text: string) => createHash('sha256').update(text).digest('hex'),
        },
      },
      // Graphcache asks for it everywhere; a document that it changes would no longer be the one of the hash.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        // A scalar that this list forgets stops the generation instead of becoming `any`.
        strictScalars: true,
        scalars: { DateTime: 'string', ID: 'string', JSON: 'unknown' },
        useTypeImports: true,
        importExtension: '.ts',
      },
    },
    'web/src/gql/possible-types.ts': { plugins: ['fragment-matcher'] },
  },
}

export default config
