/**
 * Published test data: leaves and roots of the reference tests of Certificate Transparency, the sample of the signed-note
 * specification, and notes of the same trees under the seed 00 01 … 1f, computed by another implementation.
 */
export const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

/** Root hashes, in hexadecimal, of the trees of 0 to 8 of these leaves. */
export const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

export const SEED = Buffer.from(Array.from({ length: 32 }, (_, i) => i))
export const KEY_NAME = 'logs.example.org/audit'
export const VKEY = 'logs.example.org/audit+b65465db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'

/** Tree size → signed checkpoint. */
export const NOTES: readonly [number, string][] = [
  [
    0,
    'logs.example.org/audit\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— logs.example.org/audit tlRl26UMg00XrvzC3DMQ6GwjuP3pvwrSLPZhtF/wuXHihc0QLXzmG16g5GAeKUelJMlq91FDPi/n0Ob/lT70haR9SAA=\n',
  ],
  [
    1,
    'logs.example.org/audit\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n— logs.example.org/audit tlRl244a0zspvRQkWavYLfGxvz3WoO/RGeydGnNfou0K7FZ+ULZiHKmwkbILUiHew3uzZYdr2Dp2HXMJMhWhuZzH0gg=\n',
  ],
  [
    3,
    'logs.example.org/audit\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n\n— logs.example.org/audit tlRl2whw9+eezpX6jOllL6TjlnayXSrYr4sjIqCBjmJicI470Rw5Wmh7ldYWOSIDjmRDgsSxv3ttd96IrIoNfpWqpQw=\n',
  ],
  [
    8,
    'logs.example.org/audit\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— logs.example.org/audit tlRl2+bBQmc+iAHchVrQ0ySlapeYnQIo36Vd1HK7dJtoIVA9fD9sJifJKC4f+jVJFH7l7y9E50WfxVzSWLhBu1U70gE=\n',
  ],
]

export const SAMPLE = {
  vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
}
