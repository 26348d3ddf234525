/** The paths of the pages below docs, without their endings. */
export const docsPages: readonly string[]
/** What the pages are made of. */
export const docsSources: readonly string[]
/** The anchor of a heading in Markdown, as GitHub and VitePress make it. */
export function slug(heading: string): string
/** Writes all pages into `web/dist/docs`. */
export function writeDocs(): void
/** The page as HTML. */
export function renderPage(page: string): string
