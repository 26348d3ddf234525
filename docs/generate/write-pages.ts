import { writeFile } from 'node:fs/promises'
import { pages } from './pages.ts'

/** `npm run docs:pages`: writes the pages that are made from the code. */
for (const [file, make] of Object.entries(pages)) await writeFile(file, make())
