const NONE = -1
/** As many as the forms of one value take, mostly. */
const NODES = 512

/**
 * Prefixes of many texts, and the links of Aho and Corasick between them, in flat arrays: about 40 bytes for
 * a node, and one look-up for a character of the text however many texts are searched for.
 */
export class Trie {
  #size = 1
  #linked = 1
  #parent = new Int32Array(NODES)
  #code = new Uint16Array(NODES)
  #depth = new Uint16Array(NODES)
  #fail = new Int32Array(NODES)
  // The longest text that ends at a node: 1 + the node that holds it, 0 for none.
  #ending = new Int32Array(NODES)
  #ends = new Uint8Array(NODES)
  // Edges in a hash table with open addressing; `from` is 1 + the node, so that 0 means free.
  #edgeFrom = new Int32Array(NODES * 2)
  #edgeCode = new Uint16Array(NODES * 2)
  #edgeTo = new Int32Array(NODES * 2)
  readonly #asciiRoots = new Int32Array(128).fill(NONE)

  /** Adds a text and gives the node where it ends. */
  insert(text: string): number {
    let node = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      const next = this.#edge(node, code)
      node = next === NONE ? this.#addNode(node, code) : next
    }
    return node
  }

  /** A found text ends at this node. */
  markEnd(node: number): void {
    this.#ends[node] = 1
    this.#linked = 0
  }

  depth(node: number): number {
    return this.#depth[node] as number
  }

  /** The node of the longest marked text that the text read so far ends with, or -1. */
  ending(node: number): number {
    return (this.#ending[node] as number) - 1
  }

  /** The node of the next shorter marked text that the text read so far ends with, or -1. */
  shorterEnding(node: number): number {
    return this.ending(this.#fail[node] as number)
  }

  /** The node after one more character. `link` must have run since the last change. */
  step(from: number, code: number): number {
    let node = from
    for (;;) {
      const next = this.#edge(node, code)
      if (next !== NONE) return next
      if (node === 0) return 0
      node = this.#fail[node] as number
    }
  }

  /** Sets the links anew where nodes were added since. */
  link(): void {
    if (this.#linked === this.#size) return
    for (const node of this.#byDepth()) {
      const parent = this.#parent[node] as number
      const fail = parent === 0 ? 0 : this.step(this.#fail[parent] as number, this.#code[node] as number)
      this.#fail[node] = fail
      this.#ending[node] = this.#ends[node] === 1 ? node + 1 : (this.#ending[fail] as number)
    }
    this.#linked = this.#size
  }

  #byDepth(): Int32Array {
    const counts: number[] = []
    for (let node = 1; node < this.#size; node++) {
      const depth = this.#depth[node] as number
      counts[depth] = (counts[depth] ?? 0) + 1
    }
    let place = 0
    for (let depth = 1; depth < counts.length; depth++) {
      const count = counts[depth] ?? 0
      counts[depth] = place
      place += count
    }
    const order = new Int32Array(this.#size - 1)
    for (let node = 1; node < this.#size; node++) {
      const depth = this.#depth[node] as number
      const at = counts[depth] ?? 0
      order[at] = node
      counts[depth] = at + 1
    }
    return order
  }

  #edge(node: number, code: number): number {
    if (node === 0 && code < 128) return this.#asciiRoots[code] as number
    const mask = this.#edgeFrom.length - 1
    for (let slot = hash(node, code) & mask; ; slot = (slot + 1) & mask) {
      const from = this.#edgeFrom[slot]
      if (from === 0) return NONE
      if (from === node + 1 && this.#edgeCode[slot] === code) return this.#edgeTo[slot] as number
    }
  }

  #addNode(parent: number, code: number): number {
    const node = this.#size++
    if (node >= this.#parent.length) this.#growNodes()
    if (node * 2 > this.#edgeFrom.length) this.#growEdges()
    this.#parent[node] = parent
    this.#code[node] = code
    this.#depth[node] = this.depth(parent) + 1
    this.#putEdge(parent, code, node)
    return node
  }

  #putEdge(node: number, code: number, to: number): void {
    if (node === 0 && code < 128) this.#asciiRoots[code] = to
    const mask = this.#edgeFrom.length - 1
    let slot = hash(node, code) & mask
    while (this.#edgeFrom[slot] !== 0) slot = (slot + 1) & mask
    this.#edgeFrom[slot] = node + 1
    this.#edgeCode[slot] = code
    this.#edgeTo[slot] = to
  }

  #growNodes(): void {
    const length = this.#parent.length * 2
    this.#parent = copied(this.#parent, new Int32Array(length))
    this.#code = copied(this.#code, new Uint16Array(length))
    this.#depth = copied(this.#depth, new Uint16Array(length))
    this.#fail = copied(this.#fail, new Int32Array(length))
    this.#ending = copied(this.#ending, new Int32Array(length))
    this.#ends = copied(this.#ends, new Uint8Array(length))
  }

  #growEdges(): void {
    const length = this.#edgeFrom.length * 2
    this.#edgeFrom = new Int32Array(length)
    this.#edgeCode = new Uint16Array(length)
    this.#edgeTo = new Int32Array(length)
    for (let node = 1; node < this.#size - 1; node++) {
      this.#putEdge(this.#parent[node] as number, this.#code[node] as number, node)
    }
  }
}

function copied<T extends Int32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function hash(node: number, code: number): number {
  const mixed = Math.imul(node + 1, 0x9e3779b1) ^ Math.imul(code + 1, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
