<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="id" sourcelanguage="en">
    <context>
        <name>BrandPanel</name>
        <message>
            <source>Visiting the families that the census has not reached yet</source>
            <translation>Mengunjungi keluarga yang belum terjangkau sensus</translation>
        </message>
        <message>
            <source>Works for days without a network</source>
            <translation>Bekerja berhari-hari tanpa jaringan</translation>
        </message>
        <message>
            <source>What is saved is never lost</source>
            <translation>Yang sudah disimpan tidak akan hilang</translation>
        </message>
        <message>
            <source>Shows for each family where its data is</source>
            <translation>Menunjukkan di mana data setiap keluarga berada</translation>
        </message>
    </context>
    <context>
        <name>BugDialog</name>
        <message>
            <source>Report</source>
            <translation>Laporan</translation>
        </message>
        <message>
            <source>Copy report</source>
            <translation>Salin laporan</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>Lanjutkan</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>Tersalin</translation>
        </message>
    </context>
    <context>
        <name>Carrying</name>
        <message numerus="yes">
            <source>%n record(s) are on the stick, read back and whole</source>
            <translation>
                <numerusform>%n catatan ada di flashdisk, sudah dibaca ulang dan utuh</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n could not be read and stayed on this laptop: take it to your office</source>
            <translation>
                <numerusform>%n tidak terbaca dan tetap di laptop ini: bawa laptop ke kantor Anda</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) received by the server</source>
            <translation>
                <numerusform>%n catatan diterima server</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n could not be opened there: save to the stick again</source>
            <translation>
                <numerusform>%n tidak dapat dibuka di sana: simpan lagi ke flashdisk</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) taken over</source>
            <translation>
                <numerusform>%n catatan diambil alih</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n damaged: have the file saved again</source>
            <translation>
                <numerusform>%n rusak: minta berkasnya disimpan lagi</numerusform>
            </translation>
        </message>
        <message>
            <source>The answers are on the stick</source>
            <translation>Jawabannya ada di flashdisk</translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) are with {login} now</source>
            <translation>
                <numerusform>%n catatan kini di tangan {login}</numerusform>
            </translation>
        </message>
        <message>
            <source>{login} has everything already</source>
            <translation>{login} sudah memegang semuanya</translation>
        </message>
    </context>
    <context>
        <name>CaseloadScreen</name>
        <message>
            <source>All villages</source>
            <translation>Semua desa/kelurahan</translation>
        </message>
        <message>
            <source>All officers</source>
            <translation>Semua petugas</translation>
        </message>
        <message numerus="yes">
            <source>%n families shown</source>
            <translation>
                <numerusform>%n keluarga ditampilkan</numerusform>
            </translation>
        </message>
        <message>
            <source>No family matches</source>
            <translation>Tidak ada keluarga yang cocok</translation>
        </message>
        <message>
            <source>Try another word, or show the whole list.</source>
            <translation>Coba kata lain, atau tampilkan seluruh daftar.</translation>
        </message>
        <message>
            <source>Show the whole list</source>
            <translation>Tampilkan seluruh daftar</translation>
        </message>
        <message>
            <source>No families on this list yet</source>
            <translation>Belum ada keluarga di daftar ini</translation>
        </message>
        <message>
            <source>Synchronise to fetch your assignment from the server.</source>
            <translation>Lakukan sinkronisasi untuk mengambil penugasan Anda dari server.</translation>
        </message>
        <message numerus="yes">
            <source>Reassign (%n)</source>
            <translation>
                <numerusform>Alihkan (%n)</numerusform>
            </translation>
        </message>
        <message>
            <source>Search name, address, RT, No. KK (last digits)</source>
            <translation>Cari nama, alamat, RT, No. KK (digit akhir)</translation>
        </message>
        <message>
            <source>Search families</source>
            <translation>Cari keluarga</translation>
        </message>
        <message>
            <source>Clear the search</source>
            <translation>Kosongkan pencarian</translation>
        </message>
        <message>
            <source>Village</source>
            <translation>Desa/kelurahan</translation>
        </message>
        <message>
            <source>Officer</source>
            <translation>Petugas</translation>
        </message>
        <message>
            <source>Families</source>
            <translation>Keluarga</translation>
        </message>
        <message>
            <source>Filter</source>
            <translation>Saring</translation>
        </message>
        <message>
            <source>New family</source>
            <translation>Keluarga baru</translation>
        </message>
        <message>
            <source>A family found in the field (Ctrl+N)</source>
            <translation>Keluarga yang ditemukan di lapangan (Ctrl+N)</translation>
        </message>
    </context>
    <context>
        <name>ChoiceDialog</name>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
    </context>
    <context>
        <name>CompareDialog</name>
        <message>
            <source>Answered online in part</source>
            <translation>Terisi sebagian secara daring</translation>
        </message>
        <message>
            <source>Ask the family. Your answer stays unless you take the one given online.</source>
            <translation>Tanyakan kepada keluarga. Jawaban Anda tetap, kecuali Anda mengambil jawaban daring.</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Selesai</translation>
        </message>
        <message>
            <source>(blank)</source>
            <translation>(kosong)</translation>
        </message>
        <message>
            <source>Yours: {answer}</source>
            <translation>Anda: {answer}</translation>
        </message>
        <message>
            <source>Online: {answer}</source>
            <translation>Daring: {answer}</translation>
        </message>
        <message>
            <source>Take online</source>
            <translation>Ambil daring</translation>
        </message>
        <message>
            <source>Taken</source>
            <translation>Diambil</translation>
        </message>
    </context>
    <context>
        <name>ConflictRow</name>
        <message>
            <source>Waits for the server</source>
            <translation>Menunggu server</translation>
        </message>
        <message>
            <source>To be decided</source>
            <translation>Perlu diputuskan</translation>
        </message>
        <message>
            <source>Decided</source>
            <translation>Sudah diputuskan</translation>
        </message>
    </context>
    <context>
        <name>ConflictsScreen</name>
        <message>
            <source>Conflicts</source>
            <translation>Perbedaan</translation>
        </message>
        <message>
            <source>My team</source>
            <translation>Tim saya</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Kembali</translation>
        </message>
        <message>
            <source>No conflicts</source>
            <translation>Tidak ada perbedaan</translation>
        </message>
        <message>
            <source>Interviews of one family that differ are shown here.</source>
            <translation>Wawancara satu keluarga yang berbeda tampil di sini.</translation>
        </message>
    </context>
    <context>
        <name>ConnectionState</name>
        <message>
            <source>Online</source>
            <translation>Daring</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>Luring</translation>
        </message>
        <message>
            <source>Sending</source>
            <translation>Mengirim</translation>
        </message>
        <message>
            <source>Sending photos</source>
            <translation>Mengirim foto</translation>
        </message>
        <message>
            <source>Fetching</source>
            <translation>Mengambil</translation>
        </message>
        <message>
            <source>Connecting</source>
            <translation>Menghubungi server</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} dari {total}</translation>
        </message>
        <message>
            <source>{done} of {total} · {size}</source>
            <translation>{done} dari {total} · {size}</translation>
        </message>
        <message>
            <source>Not yet synchronised</source>
            <translation>Belum pernah sinkron</translation>
        </message>
        <message>
            <source>Synchronised {when}</source>
            <translation>Sinkron {when}</translation>
        </message>
    </context>
    <context>
        <name>CustodyButton</name>
        <message numerus="yes">
            <source>%n not yet sent</source>
            <translation>
                <numerusform>%n belum terkirim</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n with the supervisor</source>
            <translation>
                <numerusform>%n di tangan pengawas</numerusform>
            </translation>
        </message>
        <message>
            <source>All received</source>
            <translation>Semua diterima</translation>
        </message>
        <message>
            <source>Where is my data?</source>
            <translation>Di mana data saya?</translation>
        </message>
    </context>
    <context>
        <name>CustodyScreen</name>
        <message>
            <source>Not yet sent. Kept encrypted, in two places.</source>
            <translation>Belum terkirim. Disimpan terenkripsi di dua tempat.</translation>
        </message>
        <message>
            <source>Sealed and on its way. Kept here as well.</source>
            <translation>Tersegel, dalam perjalanan. Tetap disimpan di sini juga.</translation>
        </message>
        <message>
            <source>The server has signed a receipt for each.</source>
            <translation>Server sudah menandatangani tanda terimanya.</translation>
        </message>
        <message>
            <source>Take officers' work</source>
            <translation>Ambil kiriman petugas</translation>
        </message>
        <message>
            <source>Covered by the server's backup as well.</source>
            <translation>Sudah tercakup pula dalam cadangan server.</translation>
        </message>
        <message>
            <source>The server was last reached {when}.</source>
            <translation>Server terakhir terhubung {when}.</translation>
        </message>
        <message>
            <source>The server has not been reached yet.</source>
            <translation>Server belum pernah terhubung.</translation>
        </message>
        <message>
            <source>Recorded</source>
            <translation>Dicatat</translation>
        </message>
        <message>
            <source>What</source>
            <translation>Jenis</translation>
        </message>
        <message>
            <source>Where it stands</source>
            <translation>Keadaan</translation>
        </message>
        <message>
            <source>With {login} · handed over {when}</source>
            <translation>Pada {login} · diserahkan {when}</translation>
        </message>
        <message>
            <source>Set aside; it is tried again by itself</source>
            <translation>Disisihkan; akan dicoba lagi secara otomatis</translation>
        </message>
        <message>
            <source>Waiting for a connection</source>
            <translation>Menunggu jaringan</translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>dan %n lagi</numerusform>
            </translation>
        </message>
        <message>
            <source>Save to USB</source>
            <translation>Simpan ke USB</translation>
        </message>
        <message>
            <source>Read answer</source>
            <translation>Baca jawaban</translation>
        </message>
        <message numerus="yes">
            <source>%n photo(s) to be sent: {size}.</source>
            <translation>
                <numerusform>%n foto belum terkirim: {size}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of them could not be sent and are tried again.</source>
            <translation>
                <numerusform>%n di antaranya gagal dikirim dan akan dicoba lagi.</numerusform>
            </translation>
        </message>
        <message>
            <source>Sealed records of others, to be sent from here.</source>
            <translation>Catatan tersegel milik petugas, dikirim dari sini.</translation>
        </message>
        <message>
            <source>Of your officers</source>
            <translation>Titipan petugas</translation>
        </message>
        <message numerus="yes">
            <source>%n photo(s) or sounds wait, the answers are received</source>
            <translation>
                <numerusform>%n foto atau suara menunggu, jawabannya sudah diterima</numerusform>
            </translation>
        </message>
        <message>
            <source>The server has another record under this number</source>
            <translation>Server memiliki catatan lain dengan nomor ini</translation>
        </message>
        <message>
            <source>What is set aside could not be handed over several times; the rest goes on without it. It is tried again by itself after a longer pause.</source>
            <translation>Yang disisihkan sudah beberapa kali gagal diserahkan; yang lain tetap dikirim. Ia dicoba lagi secara otomatis setelah jeda yang lebih lama.</translation>
        </message>
        <message>
            <source>Where the server has another record under the number, both are kept, and the office decides.</source>
            <translation>Jika server memiliki catatan lain dengan nomor yang sama, keduanya disimpan dan kantor yang memutuskan.</translation>
        </message>
        <message>
            <source>The office sees it with the next connection.</source>
            <translation>Kantor melihatnya pada sambungan berikutnya.</translation>
        </message>
        <message>
            <source>Your supervisor sees it with the next connection.</source>
            <translation>Pengawas Anda melihatnya pada sambungan berikutnya.</translation>
        </message>
        <message>
            <source>Families</source>
            <translation>Keluarga</translation>
        </message>
        <message>
            <source>Where is my data?</source>
            <translation>Di mana data saya?</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Kembali</translation>
        </message>
        <message>
            <source>Synchronise now</source>
            <translation>Sinkronkan sekarang</translation>
        </message>
        <message>
            <source>Nothing is removed from this laptop before the server's signed receipt is here and its backup covers the record. You never need to back up or clear anything.</source>
            <translation>Tidak ada data yang dihapus dari laptop ini sebelum tanda terima server ada di sini dan cadangan server mencakupnya. Anda tidak perlu mencadangkan atau menghapus apa pun.</translation>
        </message>
        <message>
            <source>Not yet received by the server</source>
            <translation>Belum diterima server</translation>
        </message>
    </context>
    <context>
        <name>DateInput</name>
        <message>
            <source>dd-mm-yyyy</source>
            <translation>hh-bb-tttt</translation>
        </message>
        <message>
            <source>Type the date as day-month-year, for example 02-01-1990.</source>
            <translation>Ketik tanggal sebagai hari-bulan-tahun, misalnya 02-01-1990.</translation>
        </message>
    </context>
    <context>
        <name>DecimalInput</name>
        <message>
            <source>Write the decimals after a comma; thousands without a point.</source>
            <translation>Tulis desimal setelah koma; ribuan tanpa titik.</translation>
        </message>
        <message>
            <source>Type a number, for example 12,5.</source>
            <translation>Ketik angka, misalnya 12,5.</translation>
        </message>
    </context>
    <context>
        <name>DigitsInput</name>
        <message>
            <source>{count} of {wanted} digits</source>
            <translation>{count} dari {wanted} digit</translation>
        </message>
    </context>
    <context>
        <name>EnrolScreen</name>
        <message>
            <source>Enter the server's address.</source>
            <translation>Isikan alamat server.</translation>
        </message>
        <message>
            <source>Enter the code that your supervisor gave you.</source>
            <translation>Isikan kode yang diberikan pengawas Anda.</translation>
        </message>
        <message>
            <source>At least {least} characters.</source>
            <translation>Sedikitnya {least} karakter.</translation>
        </message>
        <message>
            <source>The two passphrases differ.</source>
            <translation>Kedua frasa sandi tidak sama.</translation>
        </message>
        <message>
            <source>Enrol this laptop</source>
            <translation>Daftarkan laptop ini</translation>
        </message>
        <message>
            <source>Once, with a network: your supervisor gives you the address and a code.</source>
            <translation>Satu kali saja, saat ada jaringan: alamat dan kode diberikan oleh pengawas Anda.</translation>
        </message>
        <message>
            <source>Server address</source>
            <translation>Alamat server</translation>
        </message>
        <message>
            <source>One-time code</source>
            <translation>Kode sekali pakai</translation>
        </message>
        <message>
            <source>Choose a passphrase</source>
            <translation>Buat frasa sandi</translation>
        </message>
        <message>
            <source>It locks your data on this laptop. Several words are best.</source>
            <translation>Mengunci data Anda di laptop ini. Sebaiknya beberapa kata.</translation>
        </message>
        <message>
            <source>Repeat the passphrase</source>
            <translation>Ulangi frasa sandi</translation>
        </message>
        <message>
            <source>Show or hide the passphrase</source>
            <translation>Tampilkan atau sembunyikan frasa sandi</translation>
        </message>
        <message>
            <source>Asking the server…</source>
            <translation>Menghubungi server…</translation>
        </message>
        <message>
            <source>Enrol</source>
            <translation>Daftarkan</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
    </context>
    <context>
        <name>ExtendDialog</name>
        <message>
            <source>Code for a locked laptop</source>
            <translation>Kode untuk laptop yang terkunci</translation>
        </message>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n hari</numerusform>
            </translation>
        </message>
        <message>
            <source>Make the code</source>
            <translation>Buat kode</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Tutup</translation>
        </message>
        <message>
            <source>Make sure that it is your officer who calls. The code is good once, on the laptop that shows these letters.</source>
            <translation>Pastikan yang menelepon memang petugas Anda. Kode berlaku sekali, di laptop yang menampilkan huruf ini.</translation>
        </message>
        <message>
            <source>Officer</source>
            <translation>Petugas</translation>
        </message>
        <message>
            <source>What the officer's laptop shows</source>
            <translation>Yang ditampilkan laptop petugas</translation>
        </message>
        <message>
            <source>Open for</source>
            <translation>Buka selama</translation>
        </message>
        <message>
            <source>To read out: {code}</source>
            <translation>Untuk dibacakan: {code}</translation>
        </message>
    </context>
    <context>
        <name>FamilyBanner</name>
        <message>
            <source>An officer was threatened here</source>
            <translation>Petugas pernah diancam di sini</translation>
        </message>
        <message>
            <source>Do not go alone. Speak with your supervisor before another visit.</source>
            <translation>Jangan datang sendiri. Bicarakan dengan pengawas sebelum berkunjung lagi.</translation>
        </message>
        <message>
            <source>You may start with the answers given online.</source>
            <translation>Anda dapat mulai dengan jawaban daring.</translation>
        </message>
        <message>
            <source>Two interviews of this family differ</source>
            <translation>Dua wawancara keluarga ini berbeda</translation>
        </message>
        <message>
            <source>Decide which one stands.</source>
            <translation>Tentukan mana yang berlaku.</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Bandingkan</translation>
        </message>
        <message>
            <source>Your decision waits for the server</source>
            <translation>Keputusan Anda menunggu server</translation>
        </message>
        <message>
            <source>It is sent with the next synchronisation.</source>
            <translation>Dikirim pada sinkronisasi berikutnya.</translation>
        </message>
        <message>
            <source>What you began is kept and sent. Your supervisor decides.</source>
            <translation>Isian disimpan dan dikirim. Pengawas yang menentukan.</translation>
        </message>
        <message>
            <source>Your answers can go on with one of the new families.</source>
            <translation>Isian dapat dilanjutkan untuk salah satu keluarga baru.</translation>
        </message>
        <message>
            <source>Choose the family</source>
            <translation>Pilih keluarga</translation>
        </message>
        <message>
            <source>What you began is kept. Finish it anyway, or give it up.</source>
            <translation>Isian disimpan. Tetap selesaikan, atau hentikan.</translation>
        </message>
        <message>
            <source>Give up the draft</source>
            <translation>Hentikan draf</translation>
        </message>
        <message>
            <source>What you recorded is kept and is sent as usual.</source>
            <translation>Catatan Anda disimpan dan tetap dikirim.</translation>
        </message>
        <message>
            <source>No visit is needed any more.</source>
            <translation>Tidak perlu dikunjungi lagi.</translation>
        </message>
        <message>
            <source>Both are kept. Your supervisor decides which one stands.</source>
            <translation>Keduanya disimpan. Pengawas menentukan mana yang berlaku.</translation>
        </message>
        <message>
            <source>Both are kept; nothing is left to do.</source>
            <translation>Keduanya disimpan; tidak ada yang perlu dilakukan.</translation>
        </message>
        <message>
            <source>Yours is kept beside it.</source>
            <translation>Wawancara Anda tetap disimpan.</translation>
        </message>
        <message>
            <source>The families that took its place are on your list.</source>
            <translation>Keluarga penggantinya ada di daftar Anda.</translation>
        </message>
    </context>
    <context>
        <name>FamilyDelegate</name>
        <message numerus="yes">
            <source>%n member(s)</source>
            <translation>
                <numerusform>%n anggota</numerusform>
            </translation>
        </message>
        <message>
            <source>waiting: {officer}</source>
            <translation>menunggu: {officer}</translation>
        </message>
        <message>
            <source>{used} of {most} days</source>
            <translation>{used} dari {most} hari</translation>
        </message>
    </context>
    <context>
        <name>FamilyScreen</name>
        <message>
            <source>New family</source>
            <translation>Keluarga baru</translation>
        </message>
        <message>
            <source>Finish anyway</source>
            <translation>Tetap selesaikan</translation>
        </message>
        <message>
            <source>Resume interview</source>
            <translation>Lanjutkan wawancara</translation>
        </message>
        <message>
            <source>Start interview</source>
            <translation>Mulai wawancara</translation>
        </message>
        <message>
            <source>No address recorded</source>
            <translation>Alamat tidak tercatat</translation>
        </message>
        <message>
            <source>No. KK {number}</source>
            <translation>No. KK {number}</translation>
        </message>
        <message>
            <source>No.</source>
            <translation>No.</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nama</translation>
        </message>
        <message>
            <source>NIK</source>
            <translation>NIK</translation>
        </message>
        <message>
            <source>M/F</source>
            <translation>L/P</translation>
        </message>
        <message>
            <source>Born</source>
            <translation>Lahir</translation>
        </message>
        <message>
            <source>Relationship</source>
            <translation>Hubungan</translation>
        </message>
        <message>
            <source>M</source>
            <translation>L</translation>
        </message>
        <message>
            <source>F</source>
            <translation>P</translation>
        </message>
        <message numerus="yes">
            <source>Members in the register (%n)</source>
            <translation>
                <numerusform>Anggota keluarga menurut daftar penduduk (%n)</numerusform>
            </translation>
        </message>
        <message>
            <source>Nobody has visited this family yet.</source>
            <translation>Keluarga ini belum pernah dikunjungi.</translation>
        </message>
        <message>
            <source>you</source>
            <translation>Anda</translation>
        </message>
        <message>
            <source>another officer</source>
            <translation>petugas lain</translation>
        </message>
        <message>
            <source>With {login} · handed over {when}</source>
            <translation>Pada {login} · diserahkan {when}</translation>
        </message>
        <message>
            <source>notice left</source>
            <translation>pemberitahuan ditinggalkan</translation>
        </message>
        <message>
            <source>appointment {when}</source>
            <translation>janji temu {when}</translation>
        </message>
        <message>
            <source>{used} of {most} contact days used</source>
            <translation>{used} dari {most} hari kunjungan terpakai</translation>
        </message>
        <message>
            <source>Appointment: {when}</source>
            <translation>Janji temu: {when}</translation>
        </message>
        <message>
            <source>Next visit: {when} at the earliest</source>
            <translation>Kunjungan berikutnya paling cepat {when}</translation>
        </message>
        <message>
            <source>May be visited now</source>
            <translation>Boleh dikunjungi sekarang</translation>
        </message>
        <message>
            <source>Not tried yet: {slot}</source>
            <translation>Belum dicoba: {slot}</translation>
        </message>
        <message>
            <source>Another informant (neighbour, RT head) may be asked</source>
            <translation>Pemberi jawaban lain (tetangga, ketua RT) boleh ditanya</translation>
        </message>
        <message>
            <source>All contact days are used: ask your supervisor</source>
            <translation>Semua hari kunjungan terpakai: tanyakan kepada pengawas</translation>
        </message>
        <message>
            <source>Hold: try other families first</source>
            <translation>Tunda: dahulukan keluarga lain</translation>
        </message>
        <message>
            <source>Threatened before: do not go alone</source>
            <translation>Pernah diancam: jangan datang sendirian</translation>
        </message>
        <message>
            <source>Refused before: another officer should try once</source>
            <translation>Pernah menolak: sebaiknya dicoba petugas lain</translation>
        </message>
        <message>
            <source>Refused firmly: do not visit again</source>
            <translation>Menolak tegas: jangan dikunjungi lagi</translation>
        </message>
        <message>
            <source>No longer on your list</source>
            <translation>Tidak lagi di daftar Anda</translation>
        </message>
        <message>
            <source>Nothing recorded yet.</source>
            <translation>Belum ada catatan.</translation>
        </message>
        <message numerus="yes">
            <source>and %n earlier record(s)</source>
            <translation>
                <numerusform>dan %n catatan sebelumnya</numerusform>
            </translation>
        </message>
        <message>
            <source>Return</source>
            <translation>Kembalikan</translation>
        </message>
        <message>
            <source>Receipt {number}, {when}</source>
            <translation>Tanda terima {number}, {when}</translation>
        </message>
        <message numerus="yes">
            <source>%n photo(s) still to be sent</source>
            <translation>
                <numerusform>%n foto belum terkirim</numerusform>
            </translation>
        </message>
        <message>
            <source>Families</source>
            <translation>Keluarga</translation>
        </message>
        <message>
            <source>Back to the list</source>
            <translation>Kembali ke daftar</translation>
        </message>
        <message>
            <source>Return for re-interview</source>
            <translation>Kembalikan untuk wawancara ulang</translation>
        </message>
        <message>
            <source>Record visit</source>
            <translation>Catat kunjungan</translation>
        </message>
        <message>
            <source>Record visit (Ctrl+K)</source>
            <translation>Catat kunjungan (Ctrl+K)</translation>
        </message>
        <message>
            <source>Interview (Ctrl+I)</source>
            <translation>Wawancara (Ctrl+I)</translation>
        </message>
        <message>
            <source>Members in the register</source>
            <translation>Anggota keluarga menurut daftar penduduk</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Alamat</translation>
        </message>
        <message>
            <source>Visits</source>
            <translation>Kunjungan</translation>
        </message>
        <message>
            <source>Next visit</source>
            <translation>Kunjungan berikutnya</translation>
        </message>
        <message>
            <source>Where the data is</source>
            <translation>Letak data</translation>
        </message>
    </context>
    <context>
        <name>FamilyTableModel</name>
        <message>
            <source>Head of family</source>
            <translation>Kepala keluarga</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Alamat</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Status</translation>
        </message>
        <message>
            <source>Visits</source>
            <translation>Kunjungan</translation>
        </message>
        <message>
            <source>Appointment</source>
            <translation>Janji temu</translation>
        </message>
        <message>
            <source>Officer</source>
            <translation>Petugas</translation>
        </message>
    </context>
    <context>
        <name>FinalisePage</name>
        <message>
            <source>Write the reason first.</source>
            <translation>Tuliskan alasannya dahulu.</translation>
        </message>
        <message>
            <source>Check and finish</source>
            <translation>Periksa dan selesaikan</translation>
        </message>
        <message>
            <source>Back to the questions</source>
            <translation>Kembali ke pertanyaan</translation>
        </message>
        <message>
            <source>What is left to do</source>
            <translation>Yang masih harus dilengkapi</translation>
        </message>
        <message>
            <source>The case has left your list. Why do you finish it anyway?</source>
            <translation>Keluarga ini sudah keluar dari daftar Anda. Mengapa tetap diselesaikan?</translation>
        </message>
        <message numerus="yes">
            <source>%n error(s)</source>
            <translation>
                <numerusform>%n kesalahan</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not answered</source>
            <translation>
                <numerusform>%n belum terjawab</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n warning(s)</source>
            <translation>
                <numerusform>%n peringatan</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything is answered.</source>
            <translation>Semua sudah terjawab.</translation>
        </message>
        <message>
            <source>Result: {outcome}</source>
            <translation>Hasil: {outcome}</translation>
        </message>
        <message numerus="yes">
            <source>%n member(s) on the list</source>
            <translation>
                <numerusform>%n anggota dalam daftar</numerusform>
            </translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Menyimpan…</translation>
        </message>
        <message>
            <source>Finish and save</source>
            <translation>Selesaikan dan simpan</translation>
        </message>
    </context>
    <context>
        <name>GateScreen</name>
        <message>
            <source>The office has ordered this data to be deleted</source>
            <translation>Kantor memerintahkan penghapusan data ini</translation>
        </message>
        <message>
            <source>Your finished work and your drafts are sealed and sent first. Please wait.</source>
            <translation>Pekerjaan yang selesai dan draf disegel dan dikirim lebih dahulu. Mohon tunggu.</translation>
        </message>
    </context>
    <context>
        <name>Gatekeeper</name>
        <message>
            <source>On {moment}.</source>
            <translation>Pada {moment}.</translation>
        </message>
        <message>
            <source>Reason: {reason}.</source>
            <translation>Alasan: {reason}.</translation>
        </message>
        <message numerus="yes">
            <source>%n finished record(s) are still sealed on this laptop, and only the office can open them: bring it the laptop or a copy of its data folder.</source>
            <translation>
                <numerusform>%n catatan selesai masih tersegel di laptop ini dan hanya dapat dibuka oleh kantor: serahkan laptop atau salinan folder datanya ke kantor.</numerusform>
            </translation>
        </message>
        <message>
            <source>All finished work had reached the server before.</source>
            <translation>Semua pekerjaan yang selesai sudah sampai di server sebelumnya.</translation>
        </message>
        <message>
            <source>The office had the data of {login} deleted</source>
            <translation>Kantor memerintahkan penghapusan data {login}</translation>
        </message>
    </context>
    <context>
        <name>HandOverCard</name>
        <message>
            <source>Through your supervisor</source>
            <translation>Lewat pengawas</translation>
        </message>
        <message>
            <source>In one network, your supervisor's laptop takes your sealed work along. Its screen shows the code.</source>
            <translation>Dalam satu jaringan, laptop pengawas membawa hasil kerja Anda yang tersegel. Kodenya tampil di layarnya.</translation>
        </message>
        <message>
            <source>Code</source>
            <translation>Kode</translation>
        </message>
        <message>
            <source>Address, if needed</source>
            <translation>Alamat, bila perlu</translation>
        </message>
        <message>
            <source>Hand over</source>
            <translation>Serahkan</translation>
        </message>
    </context>
    <context>
        <name>HelpScreen</name>
        <message>
            <source>Help</source>
            <translation>Bantuan</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Kembali</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>Pintasan papan tik</translation>
        </message>
        <message>
            <source>About</source>
            <translation>Tentang</translation>
        </message>
        <message>
            <source>Enumerator {version}: visits to families that did not answer online</source>
            <translation>Enumerator {version}: kunjungan ke keluarga yang tidak menjawab daring</translation>
        </message>
        <message>
            <source>Everything on this laptop is encrypted with your passphrase. Lists show numbers such as NIK and No. KK masked.</source>
            <translation>Semua data di laptop ini dienkripsi dengan frasa sandi Anda. NIK dan No. KK ditampilkan tersamar di daftar.</translation>
        </message>
        <message>
            <source>Licensed under Apache 2.0. Made with Qt for Python (LGPL 3), SQLCipher (BSD) and the typeface Inter (SIL Open Font License 1.1).</source>
            <translation>Berlisensi Apache 2.0. Dibuat dengan Qt for Python (LGPL 3), SQLCipher (BSD), dan huruf Inter (SIL Open Font License 1.1).</translation>
        </message>
    </context>
    <context>
        <name>IntegerInput</name>
        <message>
            <source>Type a whole number, in digits only.</source>
            <translation>Ketik bilangan bulat, angka saja.</translation>
        </message>
    </context>
    <context>
        <name>InterviewDoor</name>
        <message>
            <source>Go on from what another officer began</source>
            <translation>Lanjutkan isian petugas lain</translation>
        </message>
        <message>
            <source>Go on from what officer {name} began</source>
            <translation>Lanjutkan isian petugas {name}</translation>
        </message>
        <message numerus="yes">
            <source>Start with %n online answer(s)</source>
            <translation>
                <numerusform>Mulai dengan %n jawaban daring</numerusform>
            </translation>
        </message>
        <message>
            <source>Confirm or correct them with the family.</source>
            <translation>Pastikan atau perbaiki bersama keluarga.</translation>
        </message>
        <message>
            <source>Start afresh</source>
            <translation>Mulai dari awal</translation>
        </message>
        <message>
            <source>How do you start?</source>
            <translation>Mulai dari mana?</translation>
        </message>
        <message>
            <source>Give up this draft?</source>
            <translation>Hentikan draf ini?</translation>
        </message>
        <message>
            <source>What you began is sent to the office. Nothing more is asked of you here.</source>
            <translation>Isian dikirim ke kantor. Anda tidak perlu melanjutkannya.</translation>
        </message>
        <message>
            <source>None of them: give up</source>
            <translation>Tidak ada: hentikan</translation>
        </message>
        <message>
            <source>It is sent as it is.</source>
            <translation>Isian dikirim apa adanya.</translation>
        </message>
        <message>
            <source>With which family do your answers go on?</source>
            <translation>Isian dilanjutkan untuk keluarga mana?</translation>
        </message>
        <message>
            <source>Give up</source>
            <translation>Hentikan</translation>
        </message>
    </context>
    <context>
        <name>InterviewHeader</name>
        <message>
            <source>Leave the interview; the draft is kept</source>
            <translation>Tinggalkan wawancara; draf tetap tersimpan</translation>
        </message>
        <message>
            <source>Show or hide the sections</source>
            <translation>Tampilkan atau sembunyikan bagian</translation>
        </message>
        <message>
            <source>Language of the questionnaire: {language}</source>
            <translation>Bahasa kuesioner: {language}</translation>
        </message>
        <message>
            <source>Language of the questionnaire (F2)</source>
            <translation>Bahasa kuesioner (F2)</translation>
        </message>
    </context>
    <context>
        <name>InterviewHints</name>
        <message>
            <source>back to the families</source>
            <translation>kembali ke daftar keluarga</translation>
        </message>
        <message>
            <source>go there</source>
            <translation>buka</translation>
        </message>
        <message>
            <source>finish and save</source>
            <translation>selesaikan dan simpan</translation>
        </message>
        <message>
            <source>back</source>
            <translation>mundur</translation>
        </message>
        <message>
            <source>open the member</source>
            <translation>buka anggota</translation>
        </message>
        <message>
            <source>choose</source>
            <translation>pilih</translation>
        </message>
        <message>
            <source>next</source>
            <translation>lanjut</translation>
        </message>
        <message>
            <source>list</source>
            <translation>daftar</translation>
        </message>
        <message>
            <source>new line</source>
            <translation>baris baru</translation>
        </message>
        <message>
            <source>next open question</source>
            <translation>belum diisi</translation>
        </message>
        <message>
            <source>members</source>
            <translation>anggota</translation>
        </message>
        <message>
            <source>next section</source>
            <translation>bagian lain</translation>
        </message>
        <message>
            <source>language</source>
            <translation>bahasa</translation>
        </message>
        <message>
            <source>undo</source>
            <translation>batalkan</translation>
        </message>
        <message>
            <source>finish</source>
            <translation>selesai</translation>
        </message>
    </context>
    <context>
        <name>InterviewNews</name>
        <message>
            <source>Untouched questions show the new data; your answers are kept.</source>
            <translation>Pertanyaan yang belum diisi memakai data baru; jawaban Anda tetap.</translation>
        </message>
        <message numerus="yes">
            <source>%n of your answers differ from it and are marked.</source>
            <translation>
                <numerusform>%n jawaban Anda berbeda dan diberi tanda.</numerusform>
            </translation>
        </message>
        <message>
            <source>See the questions.</source>
            <translation>Lihat pada pertanyaan.</translation>
        </message>
        <message numerus="yes">
            <source>%n answer(s) given online differ.</source>
            <translation>
                <numerusform>%n jawaban daring berbeda.</numerusform>
            </translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Bandingkan</translation>
        </message>
        <message>
            <source>Register now: {answer}</source>
            <translation>Daftar kini: {answer}</translation>
        </message>
    </context>
    <context>
        <name>LeaseScreen</name>
        <message>
            <source>Try again when there is a network, or use a code.</source>
            <translation>Coba lagi bila ada jaringan, atau gunakan kode.</translation>
        </message>
        <message>
            <source>Too many wrong codes. You can try again in {time}.</source>
            <translation>Terlalu banyak kode salah. Anda dapat mencoba lagi dalam {time}.</translation>
        </message>
        <message>
            <source>Enter the code that you were told.</source>
            <translation>Masukkan kode yang disebutkan kepada Anda.</translation>
        </message>
        <message>
            <source>Too long without the server</source>
            <translation>Terlalu lama tanpa server</translation>
        </message>
        <message>
            <source>{login}: the list is closed. It was opened last on {moment}. Everything that was recorded is kept, and finished work is sent as soon as there is a network.</source>
            <translation>{login}: daftar ditutup. Terakhir dibuka pada {moment}. Semua yang dicatat tetap tersimpan, dan pekerjaan yang selesai dikirim begitu ada jaringan.</translation>
        </message>
        <message>
            <source>Without a network: call your supervisor, read this out letter by letter, and enter the code that you are told.</source>
            <translation>Tanpa jaringan: telepon pengawas Anda, bacakan ini huruf demi huruf, lalu masukkan kode yang disebutkan.</translation>
        </message>
        <message>
            <source>To read out: {code}</source>
            <translation>Untuk dibacakan: {code}</translation>
        </message>
        <message>
            <source>Code from the supervisor</source>
            <translation>Kode dari pengawas</translation>
        </message>
        <message>
            <source>Synchronising…</source>
            <translation>Menyinkronkan…</translation>
        </message>
        <message>
            <source>Synchronise</source>
            <translation>Sinkronkan</translation>
        </message>
        <message>
            <source>Open with the code</source>
            <translation>Buka dengan kode</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>Kunci</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>This laptop's part of the key is in its keyring</source>
            <translation>Bagian kunci milik laptop ini ada di brankas kunci laptop</translation>
        </message>
        <message>
            <source>No keyring: this laptop's part of the key is a file of its user</source>
            <translation>Tanpa brankas kunci: bagian kunci milik laptop ini berupa berkas milik penggunanya</translation>
        </message>
        <message>
            <source>New family</source>
            <translation>Keluarga baru</translation>
        </message>
    </context>
    <context>
        <name>MomentInput</name>
        <message>
            <source>Date</source>
            <translation>Tanggal</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>Waktu</translation>
        </message>
        <message>
            <source>dd-mm-yyyy</source>
            <translation>hh-bb-tttt</translation>
        </message>
        <message>
            <source>hh.mm</source>
            <translation>jj.mm</translation>
        </message>
        <message>
            <source>Type the time as hours and minutes, for example 16.30.</source>
            <translation>Ketik waktu sebagai jam dan menit, misalnya 16.30.</translation>
        </message>
        <message>
            <source>Type the date as day-month-year, for example 02-01-1990.</source>
            <translation>Ketik tanggal sebagai hari-bulan-tahun, misalnya 02-01-1990.</translation>
        </message>
    </context>
    <context>
        <name>Notices</name>
        <message>
            <source>Noted</source>
            <translation>Mengerti</translation>
        </message>
    </context>
    <context>
        <name>OfficerRow</name>
        <message>
            <source>The laptop's database is damaged: synchronise it now, start nothing new on it, call the office</source>
            <translation>Basis data laptop rusak: sinkronkan sekarang, jangan mulai yang baru, hubungi kantor</translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) or photos could not be sent: if this lasts, take them by USB and tell the office</source>
            <translation>
                <numerusform>%n catatan atau foto tidak terkirim: jika berlanjut, bawa lewat USB dan beri tahu kantor</numerusform>
            </translation>
        </message>
        <message>
            <source>The laptop's disk is nearly full: have files deleted that do not belong to this program</source>
            <translation>Disk laptop hampir penuh: minta hapus berkas yang bukan milik program ini</translation>
        </message>
        <message>
            <source>The laptop's clock is wrong by more than a day: have its date and time set</source>
            <translation>Jam laptop keliru lebih dari sehari: minta tanggal dan waktunya diatur</translation>
        </message>
        <message>
            <source>{done} of {total} done · {share}</source>
            <translation>{done} dari {total} selesai · {share}</translation>
        </message>
        <message>
            <source>{count} returned</source>
            <translation>{count} dikembalikan</translation>
        </message>
        <message>
            <source>{count} with appointment</source>
            <translation>{count} janji temu</translation>
        </message>
        <message>
            <source>{count} not visited</source>
            <translation>{count} belum dikunjungi</translation>
        </message>
        <message>
            <source>No contact yet</source>
            <translation>Belum pernah terhubung</translation>
        </message>
        <message>
            <source>Contact {when}</source>
            <translation>Terhubung {when}</translation>
        </message>
    </context>
    <context>
        <name>OptionList</name>
        <message>
            <source>Nothing to choose from yet: answer the question before this one.</source>
            <translation>Belum ada pilihan: jawab dahulu pertanyaan sebelumnya.</translation>
        </message>
    </context>
    <context>
        <name>OutcomePicker</name>
        <message>
            <source>Number or word of the outcome</source>
            <translation>Nomor atau kata hasil kunjungan</translation>
        </message>
        <message>
            <source>Search outcomes</source>
            <translation>Cari hasil kunjungan</translation>
        </message>
        <message>
            <source>Clear the search</source>
            <translation>Kosongkan pencarian</translation>
        </message>
        <message>
            <source>Visit outcome</source>
            <translation>Hasil kunjungan</translation>
        </message>
    </context>
    <context>
        <name>OutlineModel</name>
        <message>
            <source>Check and finish</source>
            <translation>Periksa dan selesaikan</translation>
        </message>
    </context>
    <context>
        <name>PageHead</name>
        <message>
            <source>Member before this one</source>
            <translation>Anggota sebelumnya</translation>
        </message>
        <message>
            <source>Next member</source>
            <translation>Anggota berikutnya</translation>
        </message>
        <message>
            <source>Members</source>
            <translation>Anggota</translation>
        </message>
        <message>
            <source>All members (Ctrl+M)</source>
            <translation>Semua anggota (Ctrl+M)</translation>
        </message>
        <message numerus="yes">
            <source>%n warning(s)</source>
            <translation>
                <numerusform>%n peringatan</numerusform>
            </translation>
        </message>
        <message>
            <source>{answered} of {questions} answered</source>
            <translation>{answered} dari {questions} terjawab</translation>
        </message>
        <message numerus="yes">
            <source>%n year(s)</source>
            <translation>
                <numerusform>%n tahun</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PartingDialog</name>
        <message>
            <source>If you stop, what you began is sent to the office and not lost.</source>
            <translation>Jika berhenti, isian yang sudah ada dikirim ke kantor dan tidak hilang.</translation>
        </message>
        <message>
            <source>Reason, if you finish</source>
            <translation>Alasan, jika diselesaikan</translation>
        </message>
        <message>
            <source>Remark (optional)</source>
            <translation>Catatan (boleh kosong)</translation>
        </message>
        <message>
            <source>Stop interview</source>
            <translation>Hentikan wawancara</translation>
        </message>
        <message>
            <source>Finish anyway</source>
            <translation>Tetap selesaikan</translation>
        </message>
        <message>
            <source>Give a reason.</source>
            <translation>Tuliskan alasannya.</translation>
        </message>
    </context>
    <context>
        <name>PictureInput</name>
        <message>
            <source>Choose another picture</source>
            <translation>Pilih gambar lain</translation>
        </message>
        <message>
            <source>Choose a picture</source>
            <translation>Pilih gambar</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Hapus</translation>
        </message>
        <message>
            <source>or drop a file here</source>
            <translation>atau letakkan berkas di sini</translation>
        </message>
    </context>
    <context>
        <name>PlaceInput</name>
        <message>
            <source>Latitude</source>
            <translation>Lintang</translation>
        </message>
        <message>
            <source>Longitude</source>
            <translation>Bujur</translation>
        </message>
        <message>
            <source>Accuracy (m)</source>
            <translation>Akurasi (m)</translation>
        </message>
        <message>
            <source>N</source>
            <translation>LU</translation>
        </message>
        <message>
            <source>S</source>
            <translation>LS</translation>
        </message>
        <message>
            <source>E</source>
            <translation>BT</translation>
        </message>
        <message>
            <source>W</source>
            <translation>BB</translation>
        </message>
        <message>
            <source>Type both latitude and longitude, or leave both blank.</source>
            <translation>Isikan lintang dan bujur, atau kosongkan keduanya.</translation>
        </message>
        <message>
            <source>Type decimal degrees: latitude -90 to 90, longitude -180 to 180.</source>
            <translation>Ketik derajat desimal: lintang -90 sampai 90, bujur -180 sampai 180.</translation>
        </message>
        <message>
            <source>Type the accuracy in metres, for example 12.</source>
            <translation>Ketik akurasi dalam meter, misalnya 12.</translation>
        </message>
    </context>
    <context>
        <name>ProgressSummary</name>
        <message>
            <source>{done} of {total} done · {share}</source>
            <translation>{done} dari {total} selesai · {share}</translation>
        </message>
        <message>
            <source>Left to do: {count}</source>
            <translation>Sisa pekerjaan: {count}</translation>
        </message>
    </context>
    <context>
        <name>QAbstractSpinBox</name>
        <message>
            <source>&amp;Select All</source>
            <translation>&amp;Pilih semua</translation>
        </message>
        <message>
            <source>&amp;Step up</source>
            <translation>&amp;Naikkan</translation>
        </message>
        <message>
            <source>Step &amp;down</source>
            <translation>&amp;Turunkan</translation>
        </message>
    </context>
    <context>
        <name>QFileDialog</name>
        <message>
            <source>%1 already exists.
Do you want to replace it?</source>
            <translation>%1 sudah ada.
Ganti berkas itu?</translation>
        </message>
        <message>
            <source>%1
File not found.
Please verify the correct file name was given.</source>
            <translation>%1
Berkas tidak ditemukan.
Periksa nama berkasnya.</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Kembali</translation>
        </message>
        <message>
            <source>Forward</source>
            <translation>Maju</translation>
        </message>
        <message>
            <source>Parent Directory</source>
            <translation>Folder induk</translation>
        </message>
        <message>
            <source>Create New Folder</source>
            <translation>Buat folder baru</translation>
        </message>
        <message>
            <source>New Folder</source>
            <translation>Folder Baru</translation>
        </message>
        <message>
            <source>List View</source>
            <translation>Tampilan daftar</translation>
        </message>
        <message>
            <source>Detail View</source>
            <translation>Tampilan rinci</translation>
        </message>
        <message>
            <source>My Computer</source>
            <translation>Komputer</translation>
        </message>
    </context>
    <context>
        <name>QFileSystemModel</name>
        <message>
            <source>Computer</source>
            <translation>Komputer</translation>
        </message>
        <message>
            <source>My Computer</source>
            <translation>Komputer</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nama</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Ukuran</translation>
        </message>
        <message>
            <source>Type</source>
            <translation>Jenis</translation>
        </message>
        <message>
            <source>Date Modified</source>
            <translation>Diubah</translation>
        </message>
    </context>
    <context>
        <name>QLineEdit</name>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Urungkan</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>&amp;Ulangi</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <translation>Po&amp;tong</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <translation>&amp;Salin</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <translation>&amp;Tempel</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Hapus</translation>
        </message>
        <message>
            <source>Select All</source>
            <translation>Pilih semua</translation>
        </message>
    </context>
    <context>
        <name>QPlatformTheme</name>
        <message>
            <source>OK</source>
            <translation>OK</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Simpan</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Buka</translation>
        </message>
        <message>
            <source>&amp;Yes</source>
            <translation>&amp;Ya</translation>
        </message>
        <message>
            <source>&amp;No</source>
            <translation>&amp;Tidak</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Tutup</translation>
        </message>
        <message>
            <source>Retry</source>
            <translation>Coba lagi</translation>
        </message>
        <message>
            <source>Ignore</source>
            <translation>Abaikan</translation>
        </message>
        <message>
            <source>Discard</source>
            <translation>Buang</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>Bantuan</translation>
        </message>
        <message>
            <source>Apply</source>
            <translation>Terapkan</translation>
        </message>
        <message>
            <source>Reset</source>
            <translation>Atur ulang</translation>
        </message>
    </context>
    <context>
        <name>QWidgetTextControl</name>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Urungkan</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>&amp;Ulangi</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <translation>Po&amp;tong</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <translation>&amp;Salin</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <translation>&amp;Tempel</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Hapus</translation>
        </message>
        <message>
            <source>Select All</source>
            <translation>Pilih semua</translation>
        </message>
    </context>
    <context>
        <name>QuestionCard</name>
        <message>
            <source>Not saved. Press Enter to try again.</source>
            <translation>Belum tersimpan. Tekan Enter untuk mencoba lagi.</translation>
        </message>
        <message>
            <source>Not saved yet: press Enter to save it.</source>
            <translation>Belum tersimpan: tekan Enter untuk menyimpan.</translation>
        </message>
        <message>
            <source>Not saved. Correct it, or press Esc for the earlier answer.</source>
            <translation>Belum tersimpan. Perbaiki, atau tekan Esc untuk jawaban sebelumnya.</translation>
        </message>
        <message>
            <source>Not saved. Correct it, or press Esc to empty the field.</source>
            <translation>Belum tersimpan. Perbaiki, atau tekan Esc untuk mengosongkan.</translation>
        </message>
        <message>
            <source>This answer is no longer right.</source>
            <translation>Jawaban ini tidak sesuai lagi.</translation>
        </message>
        <message>
            <source>Not answered yet.</source>
            <translation>Belum terjawab.</translation>
        </message>
        <message>
            <source>Clear the answer</source>
            <translation>Hapus jawaban</translation>
        </message>
        <message>
            <source>Del</source>
            <translation>Del</translation>
        </message>
        <message>
            <source>optional</source>
            <translation>tidak wajib</translation>
        </message>
    </context>
    <context>
        <name>RangeInput</name>
        <message>
            <source>Type a number from {low} to {high}, in steps of {step}.</source>
            <translation>Ketik angka {low} sampai {high}, kelipatan {step}.</translation>
        </message>
        <message>
            <source>Slider: {question}</source>
            <translation>Penggeser: {question}</translation>
        </message>
    </context>
    <context>
        <name>RankInput</name>
        <message>
            <source>Move up</source>
            <translation>Naikkan</translation>
        </message>
        <message>
            <source>Move down</source>
            <translation>Turunkan</translation>
        </message>
    </context>
    <context>
        <name>ReasonDialog</name>
        <message>
            <source>Reason</source>
            <translation>Alasan</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
        <message>
            <source>Give a reason.</source>
            <translation>Berikan alasan.</translation>
        </message>
    </context>
    <context>
        <name>ReassignScreen</name>
        <message>
            <source>Choose an officer first</source>
            <translation>Pilih petugas dahulu</translation>
        </message>
        <message>
            <source>Say why the families are reassigned.</source>
            <translation>Jelaskan mengapa keluarga dialihkan.</translation>
        </message>
        <message>
            <source>{count} left to do</source>
            <translation>sisa {count}</translation>
        </message>
        <message>
            <source>Families</source>
            <translation>Keluarga</translation>
        </message>
        <message numerus="yes">
            <source>Reassign %n families</source>
            <translation>
                <numerusform>Alihkan penugasan %n keluarga</numerusform>
            </translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Kembali</translation>
        </message>
        <message>
            <source>To which officer?</source>
            <translation>Kepada petugas mana?</translation>
        </message>
        <message>
            <source>The order is sent with the next synchronisation; until the server confirms it, the families stay marked as waiting. Work already recorded is never lost.</source>
            <translation>Perintah dikirim pada sinkronisasi berikutnya; sampai dikonfirmasi server, keluarga ditandai menunggu. Pekerjaan yang sudah dicatat tidak akan hilang.</translation>
        </message>
        <message>
            <source>Hand on what was begun</source>
            <translation>Serahkan isian yang sudah dimulai</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>Alasan</translation>
        </message>
        <message>
            <source>Reassign</source>
            <translation>Alihkan penugasan</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
    </context>
    <context>
        <name>RecoverScreen</name>
        <message>
            <source>Too many wrong codes. You can try again in {time}.</source>
            <translation>Terlalu banyak kode salah. Anda dapat mencoba lagi dalam {time}.</translation>
        </message>
        <message>
            <source>Recovery file</source>
            <translation>Berkas pemulihan</translation>
        </message>
        <message>
            <source>Choose the file that the office made.</source>
            <translation>Pilih berkas yang dibuat kantor.</translation>
        </message>
        <message>
            <source>Enter the code that you were told.</source>
            <translation>Masukkan kode yang disebutkan kepada Anda.</translation>
        </message>
        <message>
            <source>At least {least} characters.</source>
            <translation>Sedikitnya {least} karakter.</translation>
        </message>
        <message>
            <source>The two passphrases differ.</source>
            <translation>Kedua frasa sandi tidak sama.</translation>
        </message>
        <message>
            <source>Passphrase forgotten</source>
            <translation>Lupa frasa sandi</translation>
        </message>
        <message>
            <source>{login}: call your office and tell it the number of this laptop: {number}. It makes a recovery file and reads a code out to you. Your drafts and your finished work stay as they are.</source>
            <translation>{login}: hubungi kantor Anda dan sebutkan nomor laptop ini: {number}. Kantor membuat berkas pemulihan dan membacakan sebuah kode. Draf dan pekerjaan Anda yang selesai tetap seperti semula.</translation>
        </message>
        <message>
            <source>Choose the file…</source>
            <translation>Pilih berkas…</translation>
        </message>
        <message>
            <source>Code from the office</source>
            <translation>Kode dari kantor</translation>
        </message>
        <message>
            <source>Choose a new passphrase</source>
            <translation>Buat frasa sandi baru</translation>
        </message>
        <message>
            <source>Repeat the passphrase</source>
            <translation>Ulangi frasa sandi</translation>
        </message>
        <message>
            <source>Show or hide the passphrase</source>
            <translation>Tampilkan atau sembunyikan frasa sandi</translation>
        </message>
        <message>
            <source>Opening…</source>
            <translation>Membuka…</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Buka</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
    </context>
    <context>
        <name>RelayCard</name>
        <message>
            <source>Help officers send</source>
            <translation>Bantu petugas mengirim</translation>
        </message>
        <message>
            <source>Officers in the same network hand their sealed work to this laptop, which sends it on. You cannot read it.</source>
            <translation>Petugas dalam satu jaringan menyerahkan hasil kerja tersegel ke laptop ini, yang lalu meneruskannya. Anda tidak dapat membacanya.</translation>
        </message>
        <message>
            <source>Switch on</source>
            <translation>Nyalakan</translation>
        </message>
        <message>
            <source>Officers in this network type this code. Keep this unlocked.</source>
            <translation>Petugas di jaringan ini mengetik kode ini. Jangan kunci program.</translation>
        </message>
        <message>
            <source>Switch off</source>
            <translation>Matikan</translation>
        </message>
        <message>
            <source>Code {code}</source>
            <translation>Kode {code}</translation>
        </message>
        <message>
            <source>Address {address}</source>
            <translation>Alamat {address}</translation>
        </message>
        <message>
            <source>Taken {taken} · waiting to be sent {waiting}</source>
            <translation>Diambil {taken} · menunggu dikirim {waiting}</translation>
        </message>
    </context>
    <context>
        <name>ReturnScreen</name>
        <message>
            <source>Say what is to be done again.</source>
            <translation>Tuliskan apa yang harus diulang.</translation>
        </message>
        <message>
            <source>Remove the remark</source>
            <translation>Hapus catatan</translation>
        </message>
        <message>
            <source>Return for re-interview</source>
            <translation>Kembalikan untuk wawancara ulang</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Kembali</translation>
        </message>
        <message>
            <source>What is to be done again?</source>
            <translation>Apa yang harus diulang?</translation>
        </message>
        <message>
            <source>Comment for the officer</source>
            <translation>Catatan untuk petugas</translation>
        </message>
        <message>
            <source>Remarks on questions (optional)</source>
            <translation>Catatan pada pertanyaan (boleh kosong)</translation>
        </message>
        <message>
            <source>Part of the questionnaire</source>
            <translation>Bagian kuesioner</translation>
        </message>
        <message>
            <source>Question</source>
            <translation>Pertanyaan</translation>
        </message>
        <message>
            <source>Remark on this question</source>
            <translation>Catatan pada pertanyaan ini</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>Tambah</translation>
        </message>
        <message>
            <source>Return</source>
            <translation>Kembalikan</translation>
        </message>
    </context>
    <context>
        <name>RosterCard</name>
        <message>
            <source>Roster</source>
            <translation>Daftar anggota</translation>
        </message>
        <message>
            <source>Add a line</source>
            <translation>Tambah baris</translation>
        </message>
        <message>
            <source>Nobody is on the list yet.</source>
            <translation>Belum ada yang tercantum.</translation>
        </message>
    </context>
    <context>
        <name>RosterModel</name>
        <message>
            <source>Name</source>
            <translation>Nama</translation>
        </message>
        <message>
            <source>Relationship</source>
            <translation>Hubungan</translation>
        </message>
        <message>
            <source>Age</source>
            <translation>Umur</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Status</translation>
        </message>
    </context>
    <context>
        <name>SaveIndicator</name>
        <message>
            <source>Draft saved</source>
            <translation>Draf tersimpan</translation>
        </message>
        <message>
            <source>Saved {when}</source>
            <translation>Tersimpan {when}</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Menyimpan…</translation>
        </message>
        <message>
            <source>Not saved yet</source>
            <translation>Belum tersimpan</translation>
        </message>
        <message numerus="yes">
            <source>%n answer(s) not saved</source>
            <translation>
                <numerusform>%n jawaban belum tersimpan</numerusform>
            </translation>
        </message>
        <message>
            <source>Not saved</source>
            <translation>Tidak tersimpan</translation>
        </message>
    </context>
    <context>
        <name>SavedPage</name>
        <message>
            <source>Interview finished</source>
            <translation>Wawancara selesai</translation>
        </message>
        <message>
            <source>Saved on this laptop {when}</source>
            <translation>Tersimpan di laptop ini {when}</translation>
        </message>
        <message>
            <source>Encrypted; it stays here until the server has it.</source>
            <translation>Terenkripsi; tetap di sini sampai diterima server.</translation>
        </message>
        <message>
            <source>Waiting to be sent</source>
            <translation>Menunggu dikirim</translation>
        </message>
        <message>
            <source>It is sent by itself at the next connection; the receipt shows in the list.</source>
            <translation>Dikirim otomatis saat ada jaringan; tanda terimanya tampak di daftar.</translation>
        </message>
        <message>
            <source>Back to the families</source>
            <translation>Kembali ke daftar keluarga</translation>
        </message>
        <message>
            <source>The supervisor will look at this interview again</source>
            <translation>Pengawas akan memeriksa wawancara ini kembali</translation>
        </message>
        <message>
            <source>The interview was very short for this many members.</source>
            <translation>Wawancara sangat singkat untuk jumlah anggota ini.</translation>
        </message>
        <message>
            <source>This place is too far from your last visit to be there.</source>
            <translation>Tempat ini terlalu jauh dari kunjungan terakhir Anda.</translation>
        </message>
        <message>
            <source>No notice of the visit was left.</source>
            <translation>Pemberitahuan kunjungan tidak ditinggalkan.</translation>
        </message>
        <message>
            <source>The last visit was only a short time ago.</source>
            <translation>Kunjungan terakhir baru saja dilakukan.</translation>
        </message>
        <message>
            <source>Many families were closed within an hour.</source>
            <translation>Banyak keluarga ditutup dalam satu jam.</translation>
        </message>
        <message>
            <source>The clock of this laptop has jumped.</source>
            <translation>Jam laptop ini melompat.</translation>
        </message>
    </context>
    <context>
        <name>SearchInput</name>
        <message>
            <source>Not in the list. Choose a row of the list.</source>
            <translation>Tidak ada dalam daftar. Pilih salah satu baris.</translation>
        </message>
        <message>
            <source>Type to search</source>
            <translation>Ketik untuk mencari</translation>
        </message>
        <message>
            <source>Show the list: {question}</source>
            <translation>Tampilkan daftar: {question}</translation>
        </message>
        <message>
            <source>Nothing found</source>
            <translation>Tidak ditemukan</translation>
        </message>
        <message>
            <source>{count} found: type more letters</source>
            <translation>{count} ditemukan: ketik lebih banyak huruf</translation>
        </message>
    </context>
    <context>
        <name>SectionTree</name>
        <message>
            <source>Sections and members</source>
            <translation>Bagian dan anggota</translation>
        </message>
    </context>
    <context>
        <name>SettleScreen</name>
        <message>
            <source>Choose the interview that stands</source>
            <translation>Pilih wawancara yang berlaku</translation>
        </message>
        <message>
            <source>Give a reason.</source>
            <translation>Tuliskan alasannya.</translation>
        </message>
        <message>
            <source>Conflicts</source>
            <translation>Perbedaan</translation>
        </message>
        <message>
            <source>Your decision waits for the server</source>
            <translation>Keputusan Anda menunggu server</translation>
        </message>
        <message>
            <source>It is sent with the next synchronisation.</source>
            <translation>Dikirim pada sinkronisasi berikutnya.</translation>
        </message>
        <message>
            <source>You have decided; it can be taken back.</source>
            <translation>Anda sudah memutuskan; dapat dibatalkan.</translation>
        </message>
        <message>
            <source>{who} · stands now</source>
            <translation>{who} · kini berlaku</translation>
        </message>
        <message numerus="yes">
            <source>%n answer(s) differ</source>
            <translation>
                <numerusform>%n jawaban berbeda</numerusform>
            </translation>
        </message>
        <message>
            <source>Question</source>
            <translation>Pertanyaan</translation>
        </message>
        <message>
            <source>The answers are the same, or cannot be compared.</source>
            <translation>Jawabannya sama, atau tidak dapat dibandingkan.</translation>
        </message>
        <message>
            <source>Online</source>
            <translation>Daring</translation>
        </message>
        <message>
            <source>Officer of another team</source>
            <translation>Petugas tim lain</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Kembali</translation>
        </message>
        <message>
            <source>Which interview stands?</source>
            <translation>Wawancara mana yang berlaku?</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>Alasan</translation>
        </message>
        <message>
            <source>Decide</source>
            <translation>Putuskan</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>Batalkan keputusan</translation>
        </message>
    </context>
    <context>
        <name>StateFilter</name>
        <message>
            <source>On the list</source>
            <translation>Dalam daftar</translation>
        </message>
        <message>
            <source>Unsent work</source>
            <translation>Data belum terkirim</translation>
        </message>
    </context>
    <context>
        <name>StickCard</name>
        <message>
            <source>By stick</source>
            <translation>Lewat flashdisk</translation>
        </message>
        <message>
            <source>Sealed work of your team goes to the office on a stick, and its answers come back. Nobody on the way can read it.</source>
            <translation>Hasil kerja tim dibawa tersegel ke kantor dengan flashdisk, dan jawabannya kembali. Tidak ada yang bisa membacanya di jalan.</translation>
        </message>
        <message>
            <source>Everything that waits goes sealed onto a stick, for your supervisor or the office. Nobody on the way can read it.</source>
            <translation>Semua yang menunggu disimpan tersegel ke flashdisk, untuk pengawas atau kantor. Tidak ada yang bisa membacanya di jalan.</translation>
        </message>
        <message>
            <source>Save to USB</source>
            <translation>Simpan ke USB</translation>
        </message>
        <message>
            <source>Read answer</source>
            <translation>Baca jawaban</translation>
        </message>
        <message>
            <source>Take officers' work</source>
            <translation>Ambil kiriman petugas</translation>
        </message>
        <message>
            <source>Take officers' sealed work from a stick, and leave the answers on it</source>
            <translation>Ambil kiriman petugas dari flashdisk, dan tinggalkan jawabannya di sana</translation>
        </message>
    </context>
    <context>
        <name>StrengthMeter</name>
        <message>
            <source>Too short</source>
            <translation>Terlalu pendek</translation>
        </message>
        <message>
            <source>Weak</source>
            <translation>Lemah</translation>
        </message>
        <message>
            <source>Fair</source>
            <translation>Cukup</translation>
        </message>
        <message>
            <source>Good</source>
            <translation>Baik</translation>
        </message>
        <message>
            <source>Strong</source>
            <translation>Kuat</translation>
        </message>
    </context>
    <context>
        <name>TeamScreen</name>
        <message numerus="yes">
            <source>%n conflict(s)</source>
            <translation>
                <numerusform>%n perbedaan</numerusform>
            </translation>
        </message>
        <message>
            <source>Conflicts</source>
            <translation>Perbedaan</translation>
        </message>
        <message>
            <source>My team</source>
            <translation>Tim saya</translation>
        </message>
        <message>
            <source>{done} of {total} families done</source>
            <translation>{done} dari {total} keluarga selesai</translation>
        </message>
        <message numerus="yes">
            <source>%n laptop(s) need you</source>
            <translation>
                <numerusform>%n laptop perlu perhatian Anda</numerusform>
            </translation>
        </message>
        <message>
            <source>All families</source>
            <translation>Semua keluarga</translation>
        </message>
        <message>
            <source>Open a laptop</source>
            <translation>Buka laptop</translation>
        </message>
        <message>
            <source>No officers yet</source>
            <translation>Belum ada petugas</translation>
        </message>
        <message>
            <source>Synchronise to fetch your team from the server.</source>
            <translation>Lakukan sinkronisasi untuk mengambil tim Anda dari server.</translation>
        </message>
    </context>
    <context>
        <name>Telling</name>
        <message>
            <source>Saved on this laptop: {word}</source>
            <translation>Tersimpan di laptop ini: {word}</translation>
        </message>
        <message>
            <source>Interview saved on this laptop as final</source>
            <translation>Wawancara final tersimpan di laptop ini</translation>
        </message>
        <message>
            <source>Saved: it is sent with the next synchronisation</source>
            <translation>Tersimpan: dikirim pada sinkronisasi berikutnya</translation>
        </message>
        <message numerus="yes">
            <source>%n families are waiting to be reassigned</source>
            <translation>
                <numerusform>%n keluarga menunggu pengalihan</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) received by the server</source>
            <translation>
                <numerusform>%n catatan diterima server</numerusform>
            </translation>
        </message>
        <message>
            <source>{name} is with this family now</source>
            <translation>{name} sedang di keluarga ini</translation>
        </message>
        <message numerus="yes">
            <source>{name} was with this family %n minute(s) ago</source>
            <translation>
                <numerusform>{name} berada di keluarga ini %n menit yang lalu</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything finished before the damage is here.</source>
            <translation>Semua yang diselesaikan sebelum kerusakan ada di sini.</translation>
        </message>
        <message numerus="yes">
            <source>%n finished record(s) are newer than the backup. They are sealed on this laptop: let the office take them from it.</source>
            <translation>
                <numerusform>%n catatan selesai lebih baru daripada cadangan. Catatan itu tersegel di laptop ini: mintalah kantor mengambilnya.</numerusform>
            </translation>
        </message>
        <message>
            <source>You work on a backup</source>
            <translation>Anda bekerja dengan data cadangan</translation>
        </message>
        <message>
            <source>Understood</source>
            <translation>Mengerti</translation>
        </message>
        <message>
            <source>Families are hidden and nothing new can be begun. Drafts can be finished, and what is finished is sent. Ask your supervisor.</source>
            <translation>Daftar keluarga disembunyikan dan wawancara baru tidak dapat dimulai. Draf dapat diselesaikan dan yang selesai tetap dikirim. Tanyakan kepada pengawas.</translation>
        </message>
        <message>
            <source>Reason: {reason}.</source>
            <translation>Alasan: {reason}.</translation>
        </message>
        <message>
            <source>The office has frozen this laptop</source>
            <translation>Kantor membekukan laptop ini</translation>
        </message>
        <message numerus="yes">
            <source>%n not yet sent</source>
            <translation>
                <numerusform>%n belum terkirim</numerusform>
            </translation>
        </message>
        <message>
            <source>It is safe on this laptop and is sent the next time you synchronise.</source>
            <translation>Aman di laptop ini dan dikirim pada sinkronisasi berikutnya.</translation>
        </message>
        <message>
            <source>Close anyway</source>
            <translation>Tetap tutup</translation>
        </message>
    </context>
    <context>
        <name>TimeInput</name>
        <message>
            <source>hh.mm</source>
            <translation>jj.mm</translation>
        </message>
        <message>
            <source>Type the time as hours and minutes, for example 16.30.</source>
            <translation>Ketik waktu sebagai jam dan menit, misalnya 16.30.</translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message>
            <source>Language</source>
            <translation>Bahasa</translation>
        </message>
        <message>
            <source>Bahasa Indonesia / English (Ctrl+Shift+L)</source>
            <translation>Bahasa Indonesia / English (Ctrl+Shift+L)</translation>
        </message>
        <message>
            <source>Keyboard shortcuts and help</source>
            <translation>Pintasan papan tik dan bantuan</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>Kunci</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Hentikan</translation>
        </message>
        <message>
            <source>Synchronise</source>
            <translation>Sinkronkan</translation>
        </message>
        <message>
            <source>Theme: light</source>
            <translation>Tema: terang</translation>
        </message>
        <message>
            <source>Theme: dark</source>
            <translation>Tema: gelap</translation>
        </message>
        <message>
            <source>Theme: sunlight</source>
            <translation>Tema: sinar matahari</translation>
        </message>
    </context>
    <context>
        <name>TriggerInput</name>
        <message>
            <source>Done</source>
            <translation>Sudah</translation>
        </message>
    </context>
    <context>
        <name>UnknownInput</name>
        <message>
            <source>This kind of question ({kind}) cannot be answered in this version.</source>
            <translation>Jenis pertanyaan ini ({kind}) belum dapat dijawab di versi ini.</translation>
        </message>
    </context>
    <context>
        <name>UnlockScreen</name>
        <message>
            <source>Open the backup</source>
            <translation>Buka cadangan</translation>
        </message>
        <message>
            <source>Recover</source>
            <translation>Pulihkan</translation>
        </message>
        <message numerus="yes">
            <source>Wrong tries: %n</source>
            <translation>
                <numerusform>Percobaan salah: %n</numerusform>
            </translation>
        </message>
        <message>
            <source>Enter your passphrase.</source>
            <translation>Isikan frasa sandi Anda.</translation>
        </message>
        <message>
            <source>Too many wrong tries</source>
            <translation>Terlalu banyak percobaan salah</translation>
        </message>
        <message>
            <source>You can try again in {time}.</source>
            <translation>Anda dapat mencoba lagi dalam {time}.</translation>
        </message>
        <message>
            <source>Several officers share this laptop. Choose your account.</source>
            <translation>Beberapa petugas memakai laptop ini. Pilih akun Anda.</translation>
        </message>
        <message>
            <source>Unlock</source>
            <translation>Buka kunci</translation>
        </message>
        <message>
            <source>Account</source>
            <translation>Akun</translation>
        </message>
        <message>
            <source>Passphrase</source>
            <translation>Frasa sandi</translation>
        </message>
        <message>
            <source>Show or hide the passphrase</source>
            <translation>Tampilkan atau sembunyikan frasa sandi</translation>
        </message>
        <message>
            <source>Unlocking…</source>
            <translation>Membuka kunci…</translation>
        </message>
        <message>
            <source>Passphrase forgotten?</source>
            <translation>Lupa frasa sandi?</translation>
        </message>
        <message>
            <source>Enrol another officer</source>
            <translation>Daftarkan petugas lain</translation>
        </message>
    </context>
    <context>
        <name>VisitScreen</name>
        <message>
            <source>Choose the outcome of the visit first</source>
            <translation>Pilih hasil kunjungan dahulu</translation>
        </message>
        <message>
            <source>Please check; your supervisor will see this</source>
            <translation>Mohon diperiksa; pengawas akan melihat ini</translation>
        </message>
        <message>
            <source>Save anyway</source>
            <translation>Tetap simpan</translation>
        </message>
        <message>
            <source>This place is too far from your last visit to be there.</source>
            <translation>Tempat ini terlalu jauh dari kunjungan terakhir Anda.</translation>
        </message>
        <message>
            <source>The last visit was only a short time ago.</source>
            <translation>Kunjungan terakhir baru saja dilakukan.</translation>
        </message>
        <message>
            <source>Many families were closed within an hour.</source>
            <translation>Banyak keluarga ditutup dalam satu jam.</translation>
        </message>
        <message>
            <source>The clock of this laptop has jumped.</source>
            <translation>Jam laptop ini melompat.</translation>
        </message>
        <message>
            <source>What came of the visit?</source>
            <translation>Apa hasil kunjungan?</translation>
        </message>
        <message>
            <source>Your supervisor confirms this outcome.</source>
            <translation>Hasil ini dikonfirmasi oleh pengawas.</translation>
        </message>
        <message>
            <source>Closes the family on your list.</source>
            <translation>Menutup keluarga ini di daftar Anda.</translation>
        </message>
        <message>
            <source>Another officer should try once more.</source>
            <translation>Sebaiknya dicoba sekali lagi oleh petugas lain.</translation>
        </message>
        <message>
            <source>Leave at once. The next officer will be warned.</source>
            <translation>Segera tinggalkan tempat. Petugas berikutnya akan diperingatkan.</translation>
        </message>
        <message>
            <source>New family</source>
            <translation>Keluarga baru</translation>
        </message>
        <message>
            <source>Families</source>
            <translation>Keluarga</translation>
        </message>
        <message>
            <source>Record visit</source>
            <translation>Catat kunjungan</translation>
        </message>
        <message>
            <source>Back without saving</source>
            <translation>Kembali tanpa menyimpan</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
        <message>
            <source>Save visit</source>
            <translation>Simpan kunjungan</translation>
        </message>
        <message>
            <source>At the door</source>
            <translation>Tatap muka</translation>
        </message>
        <message>
            <source>By telephone</source>
            <translation>Lewat telepon</translation>
        </message>
        <message>
            <source>Yes, left</source>
            <translation>Ya, ditinggalkan</translation>
        </message>
        <message>
            <source>No</source>
            <translation>Tidak</translation>
        </message>
        <message>
            <source>Day</source>
            <translation>Hari</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>Waktu</translation>
        </message>
        <message>
            <source>How</source>
            <translation>Cara</translation>
        </message>
        <message>
            <source>Day and time of the appointment</source>
            <translation>Hari dan waktu janji temu</translation>
        </message>
        <message>
            <source>Was a notice of the visit left?</source>
            <translation>Apakah pemberitahuan kunjungan ditinggalkan?</translation>
        </message>
        <message>
            <source>Why not</source>
            <translation>Mengapa tidak</translation>
        </message>
        <message>
            <source>Reasons given (one or more)</source>
            <translation>Alasan menolak (boleh lebih dari satu)</translation>
        </message>
        <message>
            <source>Informant</source>
            <translation>Pemberi jawaban</translation>
        </message>
        <message>
            <source>Who told you, if not the family itself</source>
            <translation>Siapa yang memberi tahu, jika bukan keluarga itu sendiri</translation>
        </message>
        <message>
            <source>Remarks</source>
            <translation>Catatan</translation>
        </message>
        <message>
            <source>For the next visit: when to come, whom to ask</source>
            <translation>Untuk kunjungan berikutnya: kapan datang, siapa yang ditanya</translation>
        </message>
    </context>
    <context>
        <name>_ProgressWords</name>
        <message numerus="yes">
            <source>%n error(s)</source>
            <translation>
                <numerusform>%n kesalahan</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n left</source>
            <translation>
                <numerusform>%n belum diisi</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n warning(s)</source>
            <translation>
                <numerusform>%n peringatan</numerusform>
            </translation>
        </message>
        <message>
            <source>Complete</source>
            <translation>Lengkap</translation>
        </message>
        <message>
            <source>Not started</source>
            <translation>Belum dimulai</translation>
        </message>
        <message>
            <source>Does not apply</source>
            <translation>Tidak berlaku</translation>
        </message>
        <message>
            <source>(no name yet)</source>
            <translation>(belum ada nama)</translation>
        </message>
    </context>
    <context>
        <name>_WithCalendar</name>
        <message>
            <source>Calendar: {question}</source>
            <translation>Kalender: {question}</translation>
        </message>
    </context>
    <context>
        <name>choosing</name>
        <message>
            <source>Save</source>
            <translation>Simpan</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Buka</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Batal</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Berkas</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>Jenis</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>Map</translation>
        </message>
    </context>
    <context>
        <name>errors</name>
        <message>
            <source>Something went wrong in the program</source>
            <translation>Terjadi kesalahan dalam program</translation>
        </message>
        <message>
            <source>Your saved work is not affected. Copy the report and send it to your supervisor; it holds no names, no NIK and no answers.</source>
            <translation>Pekerjaan yang tersimpan tidak terpengaruh. Salin laporan dan kirim kepada pengawas; laporan tidak memuat nama, NIK, maupun jawaban.</translation>
        </message>
        <message>
            <source>This could not be done</source>
            <translation>Tidak dapat dilakukan</translation>
        </message>
        <message>
            <source>This folder already holds an officer's data</source>
            <translation>Folder ini sudah berisi data petugas</translation>
        </message>
        <message>
            <source>Unlock it with that officer's passphrase.</source>
            <translation>Buka dengan frasa sandi petugas itu.</translation>
        </message>
        <message>
            <source>This family has a final interview</source>
            <translation>Keluarga ini sudah memiliki wawancara final</translation>
        </message>
        <message>
            <source>Only your supervisor can return it to you.</source>
            <translation>Hanya pengawas yang dapat mengembalikannya kepada Anda.</translation>
        </message>
        <message>
            <source>Enter day and time of the appointment.</source>
            <translation>Isikan hari dan waktu janji temu.</translation>
        </message>
        <message>
            <source>The server's address is not complete</source>
            <translation>Alamat server tidak lengkap</translation>
        </message>
        <message>
            <source>It looks like https://server.example. Ask your supervisor.</source>
            <translation>Bentuknya seperti https://server.example. Tanyakan kepada pengawas.</translation>
        </message>
        <message>
            <source>The server's certificate does not hold</source>
            <translation>Sertifikat server tidak sah</translation>
        </message>
        <message>
            <source>Check the date of this laptop and the address. A public network may be in between.</source>
            <translation>Periksa tanggal laptop dan alamat server. Mungkin ada jaringan umum di antaranya.</translation>
        </message>
        <message>
            <source>The code has eight letters and digits</source>
            <translation>Kode terdiri dari delapan huruf dan angka</translation>
        </message>
        <message>
            <source>A file of the questionnaire was damaged on the way</source>
            <translation>Berkas kuesioner rusak di perjalanan</translation>
        </message>
        <message>
            <source>It is fetched again at the next synchronisation.</source>
            <translation>Akan diambil lagi pada sinkronisasi berikutnya.</translation>
        </message>
        <message>
            <source>The questionnaire cannot be used</source>
            <translation>Kuesioner tidak dapat dipakai</translation>
        </message>
        <message>
            <source>Tell your supervisor. Answers already given are kept.</source>
            <translation>Beri tahu pengawas. Jawaban yang sudah ada tetap tersimpan.</translation>
        </message>
        <message>
            <source>Choose how the family was contacted.</source>
            <translation>Pilih cara menghubungi keluarga.</translation>
        </message>
        <message>
            <source>The server's receipts do not hold</source>
            <translation>Tanda terima server tidak sah</translation>
        </message>
        <message>
            <source>Nothing counts as delivered. Tell your office: the address may lead to another server.</source>
            <translation>Belum ada yang dianggap terkirim. Beri tahu kantor: alamat mungkin menuju server lain.</translation>
        </message>
        <message>
            <source>The address is not complete</source>
            <translation>Alamat belum lengkap</translation>
        </message>
        <message>
            <source>The answer was damaged on the way</source>
            <translation>Balasan rusak di perjalanan</translation>
        </message>
        <message>
            <source>It is tried again by itself.</source>
            <translation>Akan dicoba lagi secara otomatis.</translation>
        </message>
        <message>
            <source>This is not a valid answer here</source>
            <translation>Jawaban ini tidak berlaku di sini</translation>
        </message>
        <message>
            <source>Check what you typed.</source>
            <translation>Periksa yang Anda ketik.</translation>
        </message>
        <message>
            <source>Stopped</source>
            <translation>Dihentikan</translation>
        </message>
        <message>
            <source>Nothing is lost; it goes on at the next synchronisation.</source>
            <translation>Tidak ada yang hilang; dilanjutkan pada sinkronisasi berikutnya.</translation>
        </message>
        <message>
            <source>This network asks you to log in first</source>
            <translation>Jaringan ini meminta Anda masuk dahulu</translation>
        </message>
        <message>
            <source>Open a web browser, log in, then synchronise again.</source>
            <translation>Buka peramban web, masuk, lalu sinkronkan lagi.</translation>
        </message>
        <message>
            <source>This code has expired</source>
            <translation>Kode ini sudah kedaluwarsa</translation>
        </message>
        <message>
            <source>Ask your supervisor for a new one.</source>
            <translation>Mintalah kode baru kepada pengawas.</translation>
        </message>
        <message>
            <source>The server does not know this code</source>
            <translation>Server tidak mengenal kode ini</translation>
        </message>
        <message>
            <source>Check it letter by letter.</source>
            <translation>Periksa huruf demi huruf.</translation>
        </message>
        <message>
            <source>This code was already used</source>
            <translation>Kode ini sudah dipakai</translation>
        </message>
        <message>
            <source>The file is damaged from its beginning</source>
            <translation>Berkas rusak sejak awal</translation>
        </message>
        <message>
            <source>The file belongs to another office</source>
            <translation>Berkas ini milik kantor lain</translation>
        </message>
        <message>
            <source>This address is not secure</source>
            <translation>Alamat ini tidak aman</translation>
        </message>
        <message>
            <source>Use the address that begins with https://.</source>
            <translation>Gunakan alamat yang diawali https://.</translation>
        </message>
        <message>
            <source>The data on this laptop cannot be read</source>
            <translation>Data di laptop ini tidak dapat dibaca</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>Penyimpanan penuh</translation>
        </message>
        <message>
            <source>Delete other files, then try again. Nothing was lost.</source>
            <translation>Hapus berkas lain, lalu coba lagi. Tidak ada yang hilang.</translation>
        </message>
        <message>
            <source>This family has an open draft</source>
            <translation>Keluarga ini memiliki draf</translation>
        </message>
        <message>
            <source>Resume it from the family's page.</source>
            <translation>Lanjutkan dari halaman keluarga.</translation>
        </message>
        <message>
            <source>The list from the server does not add up</source>
            <translation>Daftar dari server tidak cocok</translation>
        </message>
        <message>
            <source>Your work is untouched; it is tried again by itself.</source>
            <translation>Pekerjaan Anda tidak terpengaruh; akan dicoba lagi secara otomatis.</translation>
        </message>
        <message>
            <source>This officer's data is open in another window</source>
            <translation>Data petugas ini terbuka di jendela lain</translation>
        </message>
        <message>
            <source>Close that window first.</source>
            <translation>Tutup jendela itu dahulu.</translation>
        </message>
        <message>
            <source>This file is larger than 64 MB</source>
            <translation>Berkas ini lebih besar dari 64 MB</translation>
        </message>
        <message>
            <source>Choose a smaller picture.</source>
            <translation>Pilih gambar yang lebih kecil.</translation>
        </message>
        <message>
            <source>This file cannot be read</source>
            <translation>Berkas ini tidak dapat dibaca</translation>
        </message>
        <message>
            <source>Choose another one.</source>
            <translation>Pilih berkas lain.</translation>
        </message>
        <message>
            <source>Your work is still here, and your office lets you in again: press Recover.</source>
            <translation>Pekerjaan Anda masih ada di sini, dan kantor dapat membukakan lagi: tekan Pulihkan.</translation>
        </message>
        <message>
            <source>This is not a file of officers' work</source>
            <translation>Ini bukan berkas kiriman petugas</translation>
        </message>
        <message>
            <source>This file is no picture that can be read</source>
            <translation>Berkas ini bukan gambar yang dapat dibaca</translation>
        </message>
        <message>
            <source>Choose a JPEG or PNG file.</source>
            <translation>Pilih berkas JPEG atau PNG.</translation>
        </message>
        <message>
            <source>Some questions are missing or wrong</source>
            <translation>Ada pertanyaan yang kosong atau salah</translation>
        </message>
        <message>
            <source>Your supervisor's screen shows it. The letters I, L, O, U and the digits 0 and 1 are never in it.</source>
            <translation>Kode itu tampil di layar pengawas. Huruf I, L, O, U serta angka 0 dan 1 tidak pernah dipakai.</translation>
        </message>
        <message>
            <source>It looks like 192.168.1.7:8418. Your supervisor's screen shows it.</source>
            <translation>Bentuknya seperti 192.168.1.7:8418, tampil di layar pengawas.</translation>
        </message>
        <message>
            <source>This laptop cannot take visitors</source>
            <translation>Laptop ini tidak dapat menerima kiriman</translation>
        </message>
        <message>
            <source>Another program holds its ports. Restart the laptop, or use a stick.</source>
            <translation>Program lain memakai portnya. Nyalakan ulang laptop, atau pakai flashdisk.</translation>
        </message>
        <message>
            <source>The answer file is damaged</source>
            <translation>Berkas jawaban rusak</translation>
        </message>
        <message>
            <source>Ask for it once more. Nothing changed on this laptop.</source>
            <translation>Minta sekali lagi. Tidak ada yang berubah di laptop ini.</translation>
        </message>
        <message>
            <source>Have the laptop write it again. Nothing is lost: the laptop keeps everything.</source>
            <translation>Minta laptopnya menulis ulang. Tidak ada yang hilang: laptop itu menyimpan semuanya.</translation>
        </message>
        <message>
            <source>The disk does not do what it is told</source>
            <translation>Disk tidak bekerja sebagaimana mestinya</translation>
        </message>
        <message>
            <source>Synchronise now, so that the server has your work, and show the laptop to your office.</source>
            <translation>Sinkronkan sekarang agar pekerjaan Anda diterima server, lalu tunjukkan laptop ini kepada kantor.</translation>
        </message>
        <message>
            <source>Take it to the office that its laptop was enrolled with.</source>
            <translation>Bawa ke kantor tempat laptopnya terdaftar.</translation>
        </message>
        <message>
            <source>The answer is not from your office</source>
            <translation>Jawaban bukan dari kantor Anda</translation>
        </message>
        <message>
            <source>Nothing counts as delivered. Tell your office who gave you this file.</source>
            <translation>Tidak ada yang dianggap terkirim. Beri tahu kantor siapa yang memberikan berkas ini.</translation>
        </message>
        <message>
            <source>Go through the list and correct them.</source>
            <translation>Periksa daftarnya dan perbaiki.</translation>
        </message>
        <message>
            <source>This outcome needs an interview.</source>
            <translation>Hasil ini memerlukan wawancara.</translation>
        </message>
        <message>
            <source>A record is too large to be carried</source>
            <translation>Satu catatan terlalu besar untuk dititipkan</translation>
        </message>
        <message>
            <source>It is sent when its own laptop synchronises.</source>
            <translation>Catatan itu terkirim saat laptopnya sendiri disinkronkan.</translation>
        </message>
        <message>
            <source>The file was written by a newer program</source>
            <translation>Berkas ditulis oleh program yang lebih baru</translation>
        </message>
        <message>
            <source>Update this program first, then try again.</source>
            <translation>Perbarui program ini dulu, lalu coba lagi.</translation>
        </message>
        <message>
            <source>This data was used by a newer version of the program</source>
            <translation>Data ini pernah dipakai versi program yang lebih baru</translation>
        </message>
        <message>
            <source>Install the newest version.</source>
            <translation>Pasang versi terbaru.</translation>
        </message>
        <message>
            <source>The supervisor's program is newer</source>
            <translation>Program pengawas lebih baru</translation>
        </message>
        <message>
            <source>Update this program, or save to a stick.</source>
            <translation>Perbarui program ini, atau simpan ke flashdisk.</translation>
        </message>
        <message>
            <source>There is no backup that can be used</source>
            <translation>Tidak ada cadangan yang dapat dipakai</translation>
        </message>
        <message>
            <source>Tell your supervisor: finished work is still sealed here.</source>
            <translation>Beri tahu pengawas: pekerjaan final masih tersegel di sini.</translation>
        </message>
        <message>
            <source>The file is not there</source>
            <translation>Berkas tidak ada</translation>
        </message>
        <message>
            <source>Put the stick in again and choose the file once more.</source>
            <translation>Pasang lagi flashdisknya dan pilih berkasnya sekali lagi.</translation>
        </message>
        <message>
            <source>This is no recovery file, or it was damaged on its way</source>
            <translation>Ini bukan berkas pemulihan, atau berkas rusak di jalan</translation>
        </message>
        <message>
            <source>Copy it again, or ask the office for another.</source>
            <translation>Salin sekali lagi, atau minta berkas lain kepada kantor.</translation>
        </message>
        <message>
            <source>By this laptop's date the file is not made yet</source>
            <translation>Menurut tanggal laptop ini berkas itu belum dibuat</translation>
        </message>
        <message>
            <source>Set the laptop's date and time right, then try again.</source>
            <translation>Betulkan tanggal dan jam laptop, lalu coba lagi.</translation>
        </message>
        <message>
            <source>This file is for another laptop or another officer</source>
            <translation>Berkas ini untuk laptop lain atau petugas lain</translation>
        </message>
        <message>
            <source>Tell the office the number of this laptop that is shown here, and ask for a file for it.</source>
            <translation>Sebutkan kepada kantor nomor laptop yang tampil di sini, dan minta berkas untuk laptop ini.</translation>
        </message>
        <message>
            <source>This recovery file is too old</source>
            <translation>Berkas pemulihan ini sudah kedaluwarsa</translation>
        </message>
        <message>
            <source>If this laptop's date is right, ask the office for another file. If not, set the date and try again.</source>
            <translation>Jika tanggal laptop ini benar, minta berkas lain kepada kantor. Jika tidak, betulkan tanggalnya lalu coba lagi.</translation>
        </message>
        <message>
            <source>The key in this file does not open the data of this laptop</source>
            <translation>Kunci dalam berkas ini tidak membuka data laptop ini</translation>
        </message>
        <message>
            <source>Ask the office for another file. Do not delete anything: the sealed files still hold your finished work.</source>
            <translation>Minta berkas lain kepada kantor. Jangan menghapus apa pun: berkas tersegel masih menyimpan pekerjaan Anda yang selesai.</translation>
        </message>
        <message>
            <source>This recovery file is of a newer version of the program</source>
            <translation>Berkas pemulihan ini dari versi program yang lebih baru</translation>
        </message>
        <message>
            <source>Update the program on this laptop, then try again.</source>
            <translation>Perbarui program di laptop ini, lalu coba lagi.</translation>
        </message>
        <message>
            <source>The file cannot be read</source>
            <translation>Berkas tidak dapat dibaca</translation>
        </message>
        <message>
            <source>Is the stick still there? Choose the file once more.</source>
            <translation>Apakah flashdisk masih terpasang? Pilih berkasnya sekali lagi.</translation>
        </message>
        <message>
            <source>This recovery file was used already</source>
            <translation>Berkas pemulihan ini sudah dipakai</translation>
        </message>
        <message>
            <source>Each file is good once. Ask the office for another.</source>
            <translation>Setiap berkas hanya berlaku sekali. Minta berkas lain kepada kantor.</translation>
        </message>
        <message>
            <source>This code does not belong to this file</source>
            <translation>Kode ini bukan untuk berkas ini</translation>
        </message>
        <message>
            <source>Have it read out again, or ask the office for another file and code.</source>
            <translation>Minta dibacakan lagi, atau minta berkas dan kode lain kepada kantor.</translation>
        </message>
        <message>
            <source>The keyring of this laptop keeps its part of the key back</source>
            <translation>Brankas kunci laptop ini tidak memberikan bagian kuncinya</translation>
        </message>
        <message>
            <source>The questionnaire is not on this laptop yet</source>
            <translation>Kuesioner belum ada di laptop ini</translation>
        </message>
        <message>
            <source>Synchronise once while there is a network.</source>
            <translation>Lakukan sinkronisasi sekali saat ada jaringan.</translation>
        </message>
        <message>
            <source>So many days cannot be given</source>
            <translation>Tidak dapat diberikan sebanyak itu</translation>
        </message>
        <message>
            <source>Choose 1 to 31 days.</source>
            <translation>Pilih 1 sampai 31 hari.</translation>
        </message>
        <message>
            <source>No code opens this laptop</source>
            <translation>Tidak ada kode yang membuka laptop ini</translation>
        </message>
        <message>
            <source>Synchronise while there is a network.</source>
            <translation>Sinkronkan selagi ada jaringan.</translation>
        </message>
        <message>
            <source>This is not what an officer's laptop shows</source>
            <translation>Ini bukan yang ditampilkan laptop petugas</translation>
        </message>
        <message>
            <source>Have it read out again, letter by letter.</source>
            <translation>Minta dibacakan lagi, huruf demi huruf.</translation>
        </message>
        <message>
            <source>Too long without the server</source>
            <translation>Terlalu lama tanpa server</translation>
        </message>
        <message>
            <source>Synchronise, or ask your supervisor for a code. What is finished is still sent.</source>
            <translation>Sinkronkan, atau minta kode kepada pengawas Anda. Yang sudah selesai tetap dikirim.</translation>
        </message>
        <message>
            <source>A letter of this code is wrong</source>
            <translation>Ada huruf yang salah pada kode ini</translation>
        </message>
        <message>
            <source>This laptop cannot give codes yet</source>
            <translation>Laptop ini belum dapat memberi kode</translation>
        </message>
        <message>
            <source>This code is not for this laptop, or was used already</source>
            <translation>Kode ini bukan untuk laptop ini, atau sudah dipakai</translation>
        </message>
        <message>
            <source>Read out what is shown again, and ask for another.</source>
            <translation>Bacakan lagi yang ditampilkan, lalu minta kode yang lain.</translation>
        </message>
        <message>
            <source>The office has had this data deleted</source>
            <translation>Kantor telah memerintahkan penghapusan data ini</translation>
        </message>
        <message>
            <source>Ask the office for a new one-time code.</source>
            <translation>Minta kode sekali pakai yang baru kepada kantor.</translation>
        </message>
        <message>
            <source>Log in to the laptop as always and unlock its keyring, then try again. If the keyring is lost, your office lets you in again: press Recover.</source>
            <translation>Masuk ke laptop seperti biasa dan buka brankas kuncinya, lalu coba lagi. Jika brankas itu hilang, kantor dapat membukakan lagi: tekan Pulihkan.</translation>
        </message>
        <message>
            <source>This officer's key file is missing or damaged</source>
            <translation>Berkas kunci petugas ini hilang atau rusak</translation>
        </message>
        <message>
            <source>Say why no notice was left.</source>
            <translation>Jelaskan mengapa pemberitahuan tidak ditinggalkan.</translation>
        </message>
        <message>
            <source>The supervisor's laptop does not answer</source>
            <translation>Laptop pengawas tidak menjawab</translation>
        </message>
        <message>
            <source>Both laptops must be in the same network, and the supervisor must help officers send.</source>
            <translation>Kedua laptop harus di jaringan yang sama, dan pengawas harus sedang membantu pengiriman.</translation>
        </message>
        <message>
            <source>No supervisor's laptop was found</source>
            <translation>Laptop pengawas tidak ditemukan</translation>
        </message>
        <message>
            <source>Both laptops must be in the same network. If they are, type the address that the supervisor's screen shows.</source>
            <translation>Kedua laptop harus di jaringan yang sama. Jika sudah, ketik alamat yang tampil di layar pengawas.</translation>
        </message>
        <message>
            <source>What was begun is no longer offered</source>
            <translation>Isian itu tidak ditawarkan lagi</translation>
        </message>
        <message>
            <source>Start a new interview.</source>
            <translation>Mulai wawancara baru.</translation>
        </message>
        <message>
            <source>This interview is not one of this family's</source>
            <translation>Wawancara ini bukan milik keluarga ini</translation>
        </message>
        <message>
            <source>Synchronise, then look again.</source>
            <translation>Sinkronkan, lalu lihat lagi.</translation>
        </message>
        <message>
            <source>This family did not take the place of the other</source>
            <translation>Keluarga ini bukan penggantinya</translation>
        </message>
        <message>
            <source>Choose one of the families shown.</source>
            <translation>Pilih salah satu keluarga yang tampil.</translation>
        </message>
        <message>
            <source>This family is not on this laptop</source>
            <translation>Keluarga ini tidak ada di laptop ini</translation>
        </message>
        <message>
            <source>Go back to the list and synchronise.</source>
            <translation>Kembali ke daftar dan sinkronkan.</translation>
        </message>
        <message>
            <source>This interview is not on this laptop</source>
            <translation>Wawancara ini tidak ada di laptop ini</translation>
        </message>
        <message>
            <source>This officer is not known here</source>
            <translation>Petugas ini tidak dikenal di sini</translation>
        </message>
        <message>
            <source>Choose another account.</source>
            <translation>Pilih akun lain.</translation>
        </message>
        <message>
            <source>There is nothing to decide here any more</source>
            <translation>Tidak ada lagi yang perlu diputuskan</translation>
        </message>
        <message>
            <source>There is no received interview to return</source>
            <translation>Tidak ada wawancara diterima yang dapat dikembalikan</translation>
        </message>
        <message>
            <source>No sealed file of this laptop can be read</source>
            <translation>Tidak ada berkas tersegel di laptop ini yang terbaca</translation>
        </message>
        <message>
            <source>Its disk may be failing. Delete nothing, and take the laptop to your office.</source>
            <translation>Disk laptop mungkin rusak. Jangan hapus apa pun, dan bawa laptop ke kantor.</translation>
        </message>
        <message>
            <source>Choose a file whose name ends in .bundle.</source>
            <translation>Pilih berkas yang namanya berakhir dengan .bundle.</translation>
        </message>
        <message>
            <source>This interview is finished</source>
            <translation>Wawancara ini sudah final</translation>
        </message>
        <message>
            <source>This is not an answer file</source>
            <translation>Ini bukan berkas jawaban</translation>
        </message>
        <message>
            <source>Choose a file whose name ends in .answer.</source>
            <translation>Pilih berkas yang namanya berakhir dengan .answer.</translation>
        </message>
        <message>
            <source>This family is not to be visited any more</source>
            <translation>Keluarga ini tidak perlu dikunjungi lagi</translation>
        </message>
        <message>
            <source>The reason stands on its page.</source>
            <translation>Alasannya tertera di halaman keluarga.</translation>
        </message>
        <message>
            <source>This interview is closed</source>
            <translation>Wawancara ini sudah ditutup</translation>
        </message>
        <message>
            <source>Open it again from the family's page.</source>
            <translation>Buka lagi dari halaman keluarga.</translation>
        </message>
        <message>
            <source>This question is not asked at present</source>
            <translation>Pertanyaan ini sekarang tidak ditanyakan</translation>
        </message>
        <message>
            <source>An answer before it has changed.</source>
            <translation>Jawaban sebelumnya berubah.</translation>
        </message>
        <message>
            <source>Only supervisors can do this</source>
            <translation>Hanya pengawas yang dapat melakukan ini</translation>
        </message>
        <message>
            <source>Choose families first</source>
            <translation>Pilih keluarga dahulu</translation>
        </message>
        <message>
            <source>Nothing has to be carried</source>
            <translation>Tidak ada yang perlu dibawa</translation>
        </message>
        <message>
            <source>The server has received everything that is on this laptop.</source>
            <translation>Server telah menerima semua yang ada di laptop ini.</translation>
        </message>
        <message>
            <source>Say whether a notice of the visit was left.</source>
            <translation>Nyatakan apakah pemberitahuan kunjungan ditinggalkan.</translation>
        </message>
        <message>
            <source>This answer is out of date</source>
            <translation>Jawaban ini sudah kedaluwarsa</translation>
        </message>
        <message>
            <source>The server was restored since it was written. Save to the stick once more and take it there again.</source>
            <translation>Server dipulihkan sejak jawaban ditulis. Simpan lagi ke flashdisk dan bawa kembali ke sana.</translation>
        </message>
        <message>
            <source>This program is not installed completely</source>
            <translation>Program ini tidak terpasang lengkap</translation>
        </message>
        <message>
            <source>Tell your office: SQLite 3.51.3 or newer is needed.</source>
            <translation>Beri tahu kantor: diperlukan SQLite 3.51.3 atau lebih baru.</translation>
        </message>
        <message>
            <source>This answer is for another officer</source>
            <translation>Jawaban ini untuk petugas lain</translation>
        </message>
        <message>
            <source>Read it on that officer's laptop.</source>
            <translation>Baca di laptop petugas itu.</translation>
        </message>
        <message>
            <source>The family was given to another officer</source>
            <translation>Keluarga ini dialihkan ke petugas lain</translation>
        </message>
        <message>
            <source>Your draft is kept. Ask your supervisor.</source>
            <translation>Draf Anda tersimpan. Tanyakan kepada pengawas.</translation>
        </message>
        <message>
            <source>This question cannot be answered by hand</source>
            <translation>Pertanyaan ini terisi otomatis</translation>
        </message>
        <message>
            <source>A reason is needed</source>
            <translation>Alasan wajib diisi</translation>
        </message>
        <message>
            <source>Say why.</source>
            <translation>Jelaskan alasannya.</translation>
        </message>
        <message>
            <source>Choose at least one reason.</source>
            <translation>Pilih sedikitnya satu alasan.</translation>
        </message>
        <message>
            <source>The office has frozen this laptop</source>
            <translation>Kantor membekukan laptop ini</translation>
        </message>
        <message>
            <source>Drafts can be finished, and what is finished is sent. Nothing new can be begun: ask your supervisor.</source>
            <translation>Draf dapat diselesaikan dan yang selesai tetap dikirim. Wawancara baru tidak dapat dimulai: tanyakan kepada pengawas.</translation>
        </message>
        <message>
            <source>A sealed photo of this laptop could not be read</source>
            <translation>Satu foto tersegel di laptop ini tidak terbaca</translation>
        </message>
        <message>
            <source>Do it once more: it is made anew from the laptop's data, or reported as missing.</source>
            <translation>Ulangi sekali lagi: foto dibuat ulang dari data laptop, atau dilaporkan hilang.</translation>
        </message>
        <message>
            <source>This program is too old for the server</source>
            <translation>Program ini terlalu lama untuk server</translation>
        </message>
        <message>
            <source>Your work is still sent, but nothing new arrives. Install the newer program; it keeps all your data.</source>
            <translation>Pekerjaan Anda tetap dikirim, tetapi tidak ada yang baru yang diterima. Pasang program yang lebih baru; semua data tetap ada.</translation>
        </message>
        <message>
            <source>Nothing was deleted</source>
            <translation>Tidak ada yang dihapus</translation>
        </message>
        <message>
            <source>The office has not ordered this. Your work goes on.</source>
            <translation>Kantor tidak memerintahkan ini. Pekerjaan Anda berlanjut.</translation>
        </message>
        <message>
            <source>This account is closed</source>
            <translation>Akun ini ditutup</translation>
        </message>
        <message>
            <source>Your recorded work is still sent. Ask your office.</source>
            <translation>Pekerjaan yang sudah dicatat tetap dikirim. Tanyakan kepada kantor.</translation>
        </message>
        <message>
            <source>The server cannot answer now</source>
            <translation>Server sedang sibuk</translation>
        </message>
        <message>
            <source>The connection took too long</source>
            <translation>Sambungan terlalu lama</translation>
        </message>
        <message>
            <source>This laptop carries as much for others as it can</source>
            <translation>Laptop ini tidak dapat membawa titipan lebih banyak</translation>
        </message>
        <message>
            <source>Synchronise it first, then take more.</source>
            <translation>Sinkronkan dulu, lalu terima lagi.</translation>
        </message>
        <message>
            <source>The passphrase is too short</source>
            <translation>Frasa sandi terlalu pendek</translation>
        </message>
        <message>
            <source>Choose several words.</source>
            <translation>Pilih beberapa kata.</translation>
        </message>
        <message>
            <source>Too many wrong codes</source>
            <translation>Terlalu banyak kode salah</translation>
        </message>
        <message>
            <source>Wait a minute, then try again.</source>
            <translation>Tunggu satu menit, lalu coba lagi.</translation>
        </message>
        <message>
            <source>The file could not be written or read whole</source>
            <translation>Berkas tidak dapat ditulis atau dibaca utuh</translation>
        </message>
        <message>
            <source>The stick was taken out or is damaged. Try again or take another one; nothing changed on this laptop.</source>
            <translation>Flashdisk tercabut atau rusak. Coba lagi atau pakai yang lain; tidak ada yang berubah di laptop ini.</translation>
        </message>
        <message>
            <source>There is not enough room on the stick</source>
            <translation>Ruang di flashdisk tidak cukup</translation>
        </message>
        <message>
            <source>Make room on it or take another one. Nothing changed on this laptop.</source>
            <translation>Kosongkan sebagian atau pakai flashdisk lain. Tidak ada yang berubah di laptop ini.</translation>
        </message>
        <message>
            <source>The visit ends before it starts.</source>
            <translation>Kunjungan berakhir sebelum dimulai.</translation>
        </message>
        <message>
            <source>The server does not know this laptop</source>
            <translation>Server tidak mengenal laptop ini</translation>
        </message>
        <message>
            <source>Ask your supervisor for a new code and enrol again. Your recorded work is kept.</source>
            <translation>Mintalah kode baru kepada pengawas dan daftarkan ulang. Pekerjaan yang sudah dicatat tetap tersimpan.</translation>
        </message>
        <message>
            <source>This took too long</source>
            <translation>Ini terlalu lama</translation>
        </message>
        <message>
            <source>Begin again. Nothing is lost.</source>
            <translation>Mulai lagi. Tidak ada yang hilang.</translation>
        </message>
        <message>
            <source>This version could not take over your data</source>
            <translation>Versi ini tidak dapat mengambil alih data Anda</translation>
        </message>
        <message>
            <source>Nothing was changed and nothing is lost. Tell your office: it installs the version before.</source>
            <translation>Tidak ada yang berubah dan tidak ada yang hilang. Beri tahu kantor: versi sebelumnya akan dipasang kembali.</translation>
        </message>
        <message>
            <source>Too many wrong tries</source>
            <translation>Terlalu banyak percobaan salah</translation>
        </message>
        <message>
            <source>Wait a little, then try again.</source>
            <translation>Tunggu sebentar, lalu coba lagi.</translation>
        </message>
        <message>
            <source>The code is not the one on the supervisor's screen</source>
            <translation>Kodenya bukan yang tampil di layar pengawas</translation>
        </message>
        <message>
            <source>Type it again. A new one is shown each time the supervisor switches on.</source>
            <translation>Ketik ulang. Kode berganti setiap kali pengawas menyalakannya.</translation>
        </message>
        <message>
            <source>The passphrase is not right</source>
            <translation>Frasa sandi salah</translation>
        </message>
        <message>
            <source>Check capital letters and the keyboard layout, then try again.</source>
            <translation>Periksa huruf besar dan tata letak papan tik, lalu coba lagi.</translation>
        </message>
        <message>
            <source>Another laptop answers in the supervisor's place</source>
            <translation>Laptop lain menjawab sebagai pengawas</translation>
        </message>
        <message>
            <source>Nothing was handed over. Compare address and code with your supervisor's screen.</source>
            <translation>Tidak ada yang diserahkan. Cocokkan alamat dan kode dengan layar pengawas.</translation>
        </message>
        <message>
            <source>No connection to the server</source>
            <translation>Tidak terhubung ke server</translation>
        </message>
        <message>
            <source>Do not delete anything: there is a backup, and sealed copies of your finished work. Tell your supervisor.</source>
            <translation>Jangan menghapus apa pun: ada cadangan dan salinan tersegel dari pekerjaan Anda yang sudah selesai. Beri tahu pengawas Anda.</translation>
        </message>
        <message>
            <source>You can go on working: everything is kept on this laptop and is sent as soon as there is a network.</source>
            <translation>Anda dapat terus bekerja: semuanya tersimpan di laptop ini dan dikirim begitu ada jaringan.</translation>
        </message>
    </context>
    <context>
        <name>finalise</name>
        <message>
            <source>warning</source>
            <translation>peringatan</translation>
        </message>
        <message>
            <source>typed, but not saved</source>
            <translation>diketik, belum tersimpan</translation>
        </message>
        <message>
            <source>error</source>
            <translation>kesalahan</translation>
        </message>
        <message>
            <source>not answered</source>
            <translation>belum terjawab</translation>
        </message>
    </context>
    <context>
        <name>news</name>
        <message>
            <source>This family has answered online</source>
            <translation>Keluarga ini sudah mengisi daring</translation>
        </message>
        <message>
            <source>This family was given to another officer</source>
            <translation>Keluarga ini dialihkan ke petugas lain</translation>
        </message>
        <message>
            <source>This family was taken off the list</source>
            <translation>Keluarga ini dikeluarkan dari daftar</translation>
        </message>
        <message>
            <source>This family is on the list twice</source>
            <translation>Keluarga ini ganda dalam daftar</translation>
        </message>
        <message>
            <source>This family was split</source>
            <translation>Keluarga ini dipecah</translation>
        </message>
        <message>
            <source>This family was joined with another</source>
            <translation>Keluarga ini digabung dengan keluarga lain</translation>
        </message>
        <message>
            <source>Another officer has interviewed this family</source>
            <translation>Keluarga ini sudah diwawancarai petugas lain</translation>
        </message>
        <message>
            <source>Your account was closed</source>
            <translation>Akun Anda ditutup</translation>
        </message>
        <message>
            <source>Returned by your supervisor</source>
            <translation>Dikembalikan oleh pengawas</translation>
        </message>
        <message>
            <source>The register has changed</source>
            <translation>Data daftar penduduk berubah</translation>
        </message>
        <message>
            <source>Answered online in part</source>
            <translation>Terisi sebagian secara daring</translation>
        </message>
        <message>
            <source>Something was not saved</source>
            <translation>Ada yang belum tersimpan</translation>
        </message>
        <message>
            <source>Two interviews of this family differ</source>
            <translation>Dua wawancara keluarga ini berbeda</translation>
        </message>
        <message>
            <source>Two interviews of this family agree</source>
            <translation>Dua wawancara keluarga ini sama</translation>
        </message>
        <message>
            <source>Your supervisor chose another interview</source>
            <translation>Pengawas memilih wawancara lain</translation>
        </message>
        <message>
            <source>News about this family</source>
            <translation>Kabar tentang keluarga ini</translation>
        </message>
        <message>
            <source>You may stop, or finish it anyway.</source>
            <translation>Anda boleh berhenti, atau tetap menyelesaikannya.</translation>
        </message>
        <message>
            <source>You may stop, or finish: both interviews are kept.</source>
            <translation>Anda boleh berhenti, atau menyelesaikan: kedua wawancara disimpan.</translation>
        </message>
        <message>
            <source>You may still finish: your interview is kept and marked as late.</source>
            <translation>Anda masih boleh menyelesaikan: wawancara disimpan dan ditandai terlambat.</translation>
        </message>
        <message>
            <source>Your answers are still saved. Ask your supervisor.</source>
            <translation>Jawaban tetap disimpan. Hubungi pengawas.</translation>
        </message>
        <message>
            <source>You may stop, or finish it with a reason.</source>
            <translation>Anda boleh berhenti, atau menyelesaikannya dengan alasan.</translation>
        </message>
        <message>
            <source>Received {when}.</source>
            <translation>Diterima {when}.</translation>
        </message>
        <message>
            <source>By officer {name}, {when}.</source>
            <translation>Oleh petugas {name}, {when}.</translation>
        </message>
    </context>
    <context>
        <name>outcomes</name>
        <message>
            <source>Not met</source>
            <translation>Tidak bertemu</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>Menolak</translation>
        </message>
        <message>
            <source>Already answered</source>
            <translation>Sudah terdata</translation>
        </message>
        <message>
            <source>The family</source>
            <translation>Keluarga</translation>
        </message>
        <message>
            <source>The dwelling</source>
            <translation>Bangunan tempat tinggal</translation>
        </message>
    </context>
    <context>
        <name>shortcuts</name>
        <message>
            <source>This list</source>
            <translation>Daftar ini</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>Cari</translation>
        </message>
        <message>
            <source>Back, or take the filter off</source>
            <translation>Kembali, atau lepas saringan</translation>
        </message>
        <message>
            <source>Synchronise</source>
            <translation>Sinkronkan</translation>
        </message>
        <message>
            <source>First page</source>
            <translation>Halaman pertama</translation>
        </message>
        <message>
            <source>Families</source>
            <translation>Keluarga</translation>
        </message>
        <message>
            <source>Where is my data?</source>
            <translation>Di mana data saya?</translation>
        </message>
        <message>
            <source>Record visit</source>
            <translation>Catat kunjungan</translation>
        </message>
        <message>
            <source>Start or resume interview</source>
            <translation>Mulai atau lanjutkan wawancara</translation>
        </message>
        <message>
            <source>New family</source>
            <translation>Keluarga baru</translation>
        </message>
        <message>
            <source>Save visit</source>
            <translation>Simpan kunjungan</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>Kunci</translation>
        </message>
        <message>
            <source>Change language</source>
            <translation>Ganti bahasa</translation>
        </message>
        <message>
            <source>Change theme</source>
            <translation>Ganti tema</translation>
        </message>
        <message>
            <source>Open the family under the cursor</source>
            <translation>Buka keluarga yang dipilih</translation>
        </message>
        <message>
            <source>Next or previous field</source>
            <translation>Isian berikutnya atau sebelumnya</translation>
        </message>
        <message>
            <source>Move in a list</source>
            <translation>Bergerak dalam daftar</translation>
        </message>
    </context>
    <context>
        <name>words</name>
        <message>
            <source>Not visited</source>
            <translation>Belum dikunjungi</translation>
        </message>
        <message>
            <source>Visited</source>
            <translation>Dikunjungi</translation>
        </message>
        <message>
            <source>Appointment</source>
            <translation>Janji temu</translation>
        </message>
        <message>
            <source>Draft</source>
            <translation>Draf</translation>
        </message>
        <message>
            <source>Not yet sent</source>
            <translation>Belum terkirim</translation>
        </message>
        <message>
            <source>Received</source>
            <translation>Diterima</translation>
        </message>
        <message>
            <source>Closed</source>
            <translation>Ditutup</translation>
        </message>
        <message>
            <source>Returned</source>
            <translation>Dikembalikan</translation>
        </message>
        <message>
            <source>Answered online</source>
            <translation>Menjawab daring</translation>
        </message>
        <message>
            <source>Reassigned</source>
            <translation>Dialihkan</translation>
        </message>
        <message>
            <source>Withdrawn</source>
            <translation>Ditarik</translation>
        </message>
        <message>
            <source>Done by another</source>
            <translation>Oleh petugas lain</translation>
        </message>
        <message>
            <source>Draft on hold</source>
            <translation>Draf tertahan</translation>
        </message>
        <message>
            <source>On this laptop</source>
            <translation>Di laptop ini</translation>
        </message>
        <message>
            <source>With the supervisor</source>
            <translation>Di tangan pengawas</translation>
        </message>
        <message>
            <source>Received by server</source>
            <translation>Diterima server</translation>
        </message>
        <message>
            <source>Safe</source>
            <translation>Aman</translation>
        </message>
        <message>
            <source>Completed with the family</source>
            <translation>Terisi lengkap oleh keluarga</translation>
        </message>
        <message>
            <source>Completed by another informant</source>
            <translation>Terisi lengkap oleh pemberi jawaban lain</translation>
        </message>
        <message>
            <source>Number of people only</source>
            <translation>Jumlah orang saja</translation>
        </message>
        <message>
            <source>Partly completed</source>
            <translation>Terisi sebagian</translation>
        </message>
        <message>
            <source>Nobody could be met</source>
            <translation>Tidak dapat ditemui</translation>
        </message>
        <message>
            <source>Appointment made</source>
            <translation>Membuat janji temu</translation>
        </message>
        <message>
            <source>Respondent unable (ill, language)</source>
            <translation>Responden tidak mampu (sakit, bahasa)</translation>
        </message>
        <message>
            <source>Refused, may be asked again</source>
            <translation>Menolak, boleh dicoba lagi</translation>
        </message>
        <message>
            <source>Refused firmly</source>
            <translation>Menolak tegas</translation>
        </message>
        <message>
            <source>Refused with threats</source>
            <translation>Menolak dengan ancaman</translation>
        </message>
        <message>
            <source>No access to the building</source>
            <translation>Tidak ada akses ke bangunan</translation>
        </message>
        <message>
            <source>Says it answered online</source>
            <translation>Mengaku sudah menjawab daring</translation>
        </message>
        <message>
            <source>Answered online, receipt shown</source>
            <translation>Menjawab daring, bukti ditunjukkan</translation>
        </message>
        <message>
            <source>Duplicate of another family</source>
            <translation>Ganda dengan keluarga lain</translation>
        </message>
        <message>
            <source>Whole family moved</source>
            <translation>Seluruh keluarga pindah</translation>
        </message>
        <message>
            <source>Vacant, not lived in</source>
            <translation>Kosong, tidak dihuni</translation>
        </message>
        <message>
            <source>Vacant, lived in at seasons</source>
            <translation>Kosong, dihuni musiman</translation>
        </message>
        <message>
            <source>Vacant, for sale or rent</source>
            <translation>Kosong, dijual atau disewakan</translation>
        </message>
        <message>
            <source>Second home</source>
            <translation>Rumah kedua</translation>
        </message>
        <message>
            <source>Under construction</source>
            <translation>Sedang dibangun</translation>
        </message>
        <message>
            <source>Demolished</source>
            <translation>Dibongkar</translation>
        </message>
        <message>
            <source>Not a dwelling</source>
            <translation>Bukan tempat tinggal</translation>
        </message>
        <message>
            <source>Institution (dormitory, barracks)</source>
            <translation>Lembaga (asrama, barak)</translation>
        </message>
        <message>
            <source>Not found</source>
            <translation>Tidak ditemukan</translation>
        </message>
        <message>
            <source>Family has split</source>
            <translation>Keluarga terpisah</translation>
        </message>
        <message>
            <source>Merged with another family</source>
            <translation>Bergabung dengan keluarga lain</translation>
        </message>
        <message>
            <source>New family</source>
            <translation>Keluarga baru</translation>
        </message>
        <message>
            <source>All members dead</source>
            <translation>Semua anggota meninggal</translation>
        </message>
        <message>
            <source>Not eligible</source>
            <translation>Tidak eligible</translation>
        </message>
        <message>
            <source>Visit</source>
            <translation>Kunjungan</translation>
        </message>
        <message>
            <source>Interview</source>
            <translation>Wawancara</translation>
        </message>
        <message>
            <source>Begun interview</source>
            <translation>Isian belum selesai</translation>
        </message>
        <message>
            <source>Remark</source>
            <translation>Catatan</translation>
        </message>
        <message>
            <source>Reassignment</source>
            <translation>Pengalihan penugasan</translation>
        </message>
        <message>
            <source>Interview returned</source>
            <translation>Wawancara dikembalikan</translation>
        </message>
        <message>
            <source>Decision</source>
            <translation>Keputusan</translation>
        </message>
        <message>
            <source>Confirmation to the office</source>
            <translation>Konfirmasi ke kantor</translation>
        </message>
        <message>
            <source>Record</source>
            <translation>Rekaman</translation>
        </message>
        <message>
            <source>Supervisor</source>
            <translation>Pengawas</translation>
        </message>
        <message>
            <source>Officer</source>
            <translation>Petugas</translation>
        </message>
        <message>
            <source>Head of family</source>
            <translation>Kepala keluarga</translation>
        </message>
        <message>
            <source>Wife or husband</source>
            <translation>Istri/suami</translation>
        </message>
        <message>
            <source>Child</source>
            <translation>Anak</translation>
        </message>
        <message>
            <source>Child-in-law</source>
            <translation>Menantu</translation>
        </message>
        <message>
            <source>Grandchild</source>
            <translation>Cucu</translation>
        </message>
        <message>
            <source>Parent</source>
            <translation>Orang tua</translation>
        </message>
        <message>
            <source>Parent-in-law</source>
            <translation>Mertua</translation>
        </message>
        <message>
            <source>Other relative</source>
            <translation>Famili lain</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>Lainnya</translation>
        </message>
        <message>
            <source>By telephone</source>
            <translation>Lewat telepon</translation>
        </message>
        <message>
            <source>At the door</source>
            <translation>Tatap muka</translation>
        </message>
        <message>
            <source>No time</source>
            <translation>Tidak punya waktu</translation>
        </message>
        <message>
            <source>Worried about confidentiality</source>
            <translation>Khawatir kerahasiaan data</translation>
        </message>
        <message>
            <source>Worried about infection</source>
            <translation>Khawatir penularan penyakit</translation>
        </message>
        <message>
            <source>Feels already counted</source>
            <translation>Merasa sudah pernah didata</translation>
        </message>
        <message>
            <source>Sees no use in it</source>
            <translation>Tidak melihat manfaat</translation>
        </message>
        <message>
            <source>Other reason</source>
            <translation>Alasan lain</translation>
        </message>
        <message>
            <source>in the morning</source>
            <translation>pagi hari</translation>
        </message>
        <message>
            <source>in the afternoon</source>
            <translation>siang hari</translation>
        </message>
        <message>
            <source>in the evening</source>
            <translation>sore atau malam hari</translation>
        </message>
        <message>
            <source>at the weekend</source>
            <translation>akhir pekan</translation>
        </message>
    </context>
</TS>
