import { DocsLink } from '../../docs/docs-link.tsx'
import { Notice } from '../../feedback/notice.tsx'
import type { EditedAutomationFragment } from '../../gql/graphql.ts'
import { TimeAgo } from '../../time/time-ago.tsx'

/** Says that what is open does not run. */
export function DraftNotice({ saved }: { saved: EditedAutomationFragment | undefined }) {
  if (!saved?.draft) return null
  const { savedAt, savedBy, basedOn } = saved.draft
  const { version } = saved
  return (
    <Notice>
      A draft of {savedBy}, saved <TimeAgo at={savedAt} />.{' '}
      {version === 0 ? 'Nothing runs until you publish it.' : `Version ${version} runs until you publish it.`}
      {basedOn < version && ` It was made from version ${basedOn}: somebody has published another one since.`}{' '}
      <DocsLink to="draft" about="drafts" />
    </Notice>
  )
}
