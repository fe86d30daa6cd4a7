/**
 * Literals of which every text that names a secret in a sentence holds one. Words that ordinary texts are full of (code,
 * pin, pass, combination) count only with what stands beside them where a value is given.
 */
export const SPOKEN_ANCHORS: readonly string[] = [
  // passwords and phrases
  'passw|pass word|psw|pswd|passphrase|pass phrase|pass-phrase|passcode|pass code|pass-code|pwd| pw |pw:|pw=|pw is|pass is|pass:|pass =|, pass ',
  'kennwort|wachtwoord|mdp|mot de passe|contrase|senha|clave es|clave:|palavra-passe|parola d|zugangscode|toegangscode|losungswort',
  'secret word|secret key|secret code|magic word|code word|codeword|safe word|safeword|memorable word|memorable name|memorable place',
  'secret phrase|seed phrase|recovery phrase|wallet phrase|safe phrase|mnemonic phrase|backup phrase|phrase secr|frase se',
  // PINs and codes
  "pin is|pin:|pin=|pin =|pin code|pin number|pin-code|pin-nummer|pincode|the pin|my pin|your pin|ur pin|our pin|his pin|her pin| pin'|otp ",
  "as pin|enter pin|pin for|pin to|pin of|pin on|pin 0|code pin|code d'|codice|die pin|meine pin|ihre pin|deine pin|mi pin|el pin|il pin",
  'mio pin|meu pin|o pin |de pin|otp:|puk|cvv|cvc|geheimzahl|digicode|code secret|code de carte|code de la carte|pin was|pin used|pin ist|pin lautet|pin es|card, pin|new pin|old pin|pin will|card pin|phone pin|sim pin|,pin|(pin',
  "code is|code's|code to the|code for the|code of the|code on the|code to my|code for my|code of my|code to our|code of our|code:|code?",
  'code again|code (|code 0|code was|code are|code ist|code lautet|code est|digo es|digo de|digo da|digo do|digo:|den code|der code|code van',
  'access code|code sent|sent a code|send a code|door code|gate code|alarm code|entry code|security code|verification code|time code|2fa code|login code|unlock code',
  'pad code|entrance code|vault code|garage code|lock code|building code|office code|house code|locker code|sms code|activation code',
  'safe code|panel code|disarm code|shed code|code at the|use code|recovery code|backup code|key code|digit code|confirmation code|rcode|mcode|safe combination|lock combination|locker combination',
  'combination is|combination:|combination to|combination for|combination of my|a combination,|kombination',
  // networks
  'wifi|wi-fi|wlan|wpa|ssid|network key|hotspot pass|hotspot key',
  // questions that identify somebody
  'maiden name|birth name|dchenname|geburtsname|jeune fille|de soltera|da nubile|de solteira|meisjesnaam|security q|security answer|secret answer',
  'for security|security check|sicherheits|for verification|verify my|verify your|identity check|your identity|my identity|secret question',
  // logins, and what "it" was changed to
  'log in with|log on with|log in as|log on as|sign in as|sign in with|log in to|sign in to|login|logged in|credentials|creds|zugangsdaten',
  'identifiants:|identifiants sont|melde dich|username|changed it to|set it to|first pet',
].flatMap((line) => line.split('|'))
