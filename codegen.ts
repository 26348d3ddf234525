import type { CodegenConfig } from '@graphql-codegen/cli'

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'web/src/**/*.graphql',
  generates: {
    'web/src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
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
