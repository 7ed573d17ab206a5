/** What our own package.json says. It is one folder up in a checkout, two from dist/. */
import { readFileSync } from 'node:fs'

export interface Manifest {
  readonly version: string
  /** Where to report bugs; '' where the manifest does not say. */
  readonly bugs: string
}

export function ownManifest(): Manifest {
  for (const place of ['../package.json', '../../package.json']) {
    const manifest = read(new URL(place, import.meta.url))
    if (manifest?.name !== 'ackward') continue
    const { bugs } = manifest
    return { version: manifest.version ?? 'unknown', bugs: (typeof bugs === 'string' ? bugs : bugs?.url) ?? '' }
  }
  return { version: 'unknown', bugs: '' }
}

interface PackageJson {
  readonly name?: string
  readonly version?: string
  readonly bugs?: string | { readonly url?: string }
}

function read(url: URL): PackageJson | undefined {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as PackageJson
  } catch {
    return undefined
  }
}
