import { createHash } from 'node:crypto'
import type { CodegenConfig } from '@graphql-codegen/cli'
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset'

// A scalar that is missing in this list stops the generation instead of becoming `any`.
const scalars = {
  DateTime: 'string',
  ID: 'string',
  JSON: 'unknown',
  JSONObject: 'Record<string, unknown>',
  JSONSchema: 'Record<string, unknown>',
}

const config: CodegenConfig = {
  schema: 'schema.graphql',
  generates: {
    'web/src/gql/': {
      documents: 'web/src/**/*.graphql',
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        // Also writes a file of the documents by hash. The API accepts the hash instead of the text.
        persistedDocuments: {
          hashAlgorithm: (text: string) => createHash('sha256').update(text).digest('hex'),
        },
      },
      // Graphcache needs __typename everywhere. If it added it later, the document would no longer match its hash.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        strictScalars: true,
        // The client gives no data of an answer with an error, so what is null only then is never null for the pages.
        nullability: { errorHandlingClient: true },
        scalars,
        useTypeImports: true,
        importExtension: '.ts',
      },
    },
    // The package for other people's frontends: only the types that its documents need.
    'packages/client/src/gql/': {
      documents: 'packages/client/src/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        strictScalars: true,
        nullability: { errorHandlingClient: true },
        scalars,
        useTypeImports: true,
        importExtension: '.ts',
      },
    },
    'web/src/gql/possible-types.ts': { plugins: ['fragment-matcher'] },
    'packages/client/src/gql/cache-schema.ts': { plugins: ['./packages/client/cache-schema.js'] },
  },
}

export default config
