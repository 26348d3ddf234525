import type { KeyHealth } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import type { RoleRef, WorkspaceRow } from './workspace.ts'

export function defineKeyHealth(builder: Builder, { Workspace }: RoleRef): void {
  const KeyHealthType = builder.objectRef<KeyHealth>('KeyHealth').implement({
    description: 'Whether the secrets would survive the loss of the root key of this instance.',
    fields: (t) => ({
      recoveryCertificates: t.exposeInt('recoveryCertificates'),
      rootCertificateExpiresAt: t.expose('rootCertificateExpiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Null: there is no root key yet.',
      }),
      warnings: t.exposeStringList('warnings', {
        description: 'Whole sentences that say what is wrong and what to do. An empty list: all is well.',
      }),
    }),
  })
  builder.objectField(Workspace, 'keys', (t) =>
    t.field({
      type: KeyHealthType,
      description: 'Only for admins.',
      authScopes: ({ id }: WorkspaceRow) => ({ 'audit:read': id }),
      resolve: ({ id }, _args, { loaders }) => loaders.keyHealth.load(id),
    }),
  )
}
