await import('./build.mjs')
