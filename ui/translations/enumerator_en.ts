<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>Carrying</name>
        <message numerus="yes">
            <source>%n record(s) are on the stick, read back and whole</source>
            <translation>
                <numerusform>%n record is on the stick, read back and whole</numerusform>
                <numerusform>%n records are on the stick, read back and whole</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n could not be read and stayed on this laptop: take it to your office</source>
            <translation>
                <numerusform>%n could not be read and stayed on this laptop: take it to your office</numerusform>
                <numerusform>%n could not be read and stayed on this laptop: take it to your office</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) received by the server</source>
            <translation>
                <numerusform>%n record received by the server</numerusform>
                <numerusform>%n records received by the server</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n could not be opened there: save to the stick again</source>
            <translation>
                <numerusform>%n could not be opened there: save to the stick again</numerusform>
                <numerusform>%n could not be opened there: save to the stick again</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) taken over</source>
            <translation>
                <numerusform>%n record taken over</numerusform>
                <numerusform>%n records taken over</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n damaged: have the file saved again</source>
            <translation>
                <numerusform>%n damaged: have the file saved again</numerusform>
                <numerusform>%n damaged: have the files saved again</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) are with {login} now</source>
            <translation>
                <numerusform>%n record is with {login} now</numerusform>
                <numerusform>%n records are with {login} now</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CaseloadScreen</name>
        <message numerus="yes">
            <source>%n families shown</source>
            <translation>
                <numerusform>%n family shown</numerusform>
                <numerusform>%n families shown</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Reassign (%n)</source>
            <translation>
                <numerusform>Reassign (%n)</numerusform>
                <numerusform>Reassign (%n)</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CustodyButton</name>
        <message numerus="yes">
            <source>%n not yet sent</source>
            <translation>
                <numerusform>%n not yet sent</numerusform>
                <numerusform>%n not yet sent</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n with the supervisor</source>
            <translation>
                <numerusform>%n with the supervisor</numerusform>
                <numerusform>%n with the supervisor</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CustodyScreen</name>
        <message numerus="yes">
            <source>%n photo(s) to be sent: {size}.</source>
            <translation>
                <numerusform>%n photo to be sent: {size}.</numerusform>
                <numerusform>%n photos to be sent: {size}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of them could not be sent and are tried again.</source>
            <translation>
                <numerusform>%n of them could not be sent and is tried again.</numerusform>
                <numerusform>%n of them could not be sent and are tried again.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>and %n more</numerusform>
                <numerusform>and %n more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n photo(s) or sounds wait, the answers are received</source>
            <translation>
                <numerusform>%n photo or sound waits, the answers are received</numerusform>
                <numerusform>%n photos or sounds wait, the answers are received</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ExtendDialog</name>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n day</numerusform>
                <numerusform>%n days</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FamilyDelegate</name>
        <message numerus="yes">
            <source>%n member(s)</source>
            <translation>
                <numerusform>%n member</numerusform>
                <numerusform>%n members</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FamilyScreen</name>
        <message numerus="yes">
            <source>Members in the register (%n)</source>
            <translation>
                <numerusform>Members in the register (%n)</numerusform>
                <numerusform>Members in the register (%n)</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %n earlier record(s)</source>
            <translation>
                <numerusform>and %n earlier record</numerusform>
                <numerusform>and %n earlier records</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n photo(s) still to be sent</source>
            <translation>
                <numerusform>%n photo still to be sent</numerusform>
                <numerusform>%n photos still to be sent</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FinalisePage</name>
        <message numerus="yes">
            <source>%n error(s)</source>
            <translation>
                <numerusform>%n error</numerusform>
                <numerusform>%n errors</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not answered</source>
            <translation>
                <numerusform>%n not answered</numerusform>
                <numerusform>%n not answered</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n warning(s)</source>
            <translation>
                <numerusform>%n warning</numerusform>
                <numerusform>%n warnings</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n member(s) on the list</source>
            <translation>
                <numerusform>%n member on the list</numerusform>
                <numerusform>%n members on the list</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Gatekeeper</name>
        <message numerus="yes">
            <source>%n finished record(s) are still sealed on this laptop, and only the office can open them: bring it the laptop or a copy of its data folder.</source>
            <translation>
                <numerusform>%n finished record is still sealed on this laptop, and only the office can open it: bring it the laptop or a copy of its data folder.</numerusform>
                <numerusform>%n finished records are still sealed on this laptop, and only the office can open them: bring it the laptop or a copy of its data folder.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>InterviewDoor</name>
        <message numerus="yes">
            <source>Start with %n online answer(s)</source>
            <translation>
                <numerusform>Start with %n online answer</numerusform>
                <numerusform>Start with %n online answers</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>InterviewNews</name>
        <message numerus="yes">
            <source>%n of your answers differ from it and are marked.</source>
            <translation>
                <numerusform>%n of your answers differs from it and is marked.</numerusform>
                <numerusform>%n of your answers differ from it and are marked.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answer(s) given online differ.</source>
            <translation>
                <numerusform>%n answer given online differs.</numerusform>
                <numerusform>%n answers given online differ.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>OfficerRow</name>
        <message numerus="yes">
            <source>%n record(s) or photos could not be sent: if this lasts, take them by USB and tell the office</source>
            <translation>
                <numerusform>%n record or photo could not be sent: if this lasts, take it by USB and tell the office</numerusform>
                <numerusform>%n records or photos could not be sent: if this lasts, take them by USB and tell the office</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PageHead</name>
        <message numerus="yes">
            <source>%n warning(s)</source>
            <translation>
                <numerusform>%n warning</numerusform>
                <numerusform>%n warnings</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n year(s)</source>
            <translation>
                <numerusform>%n year</numerusform>
                <numerusform>%n years</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReassignScreen</name>
        <message numerus="yes">
            <source>Reassign %n families</source>
            <translation>
                <numerusform>Reassign %n family</numerusform>
                <numerusform>Reassign %n families</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SaveIndicator</name>
        <message numerus="yes">
            <source>%n answer(s) not saved</source>
            <translation>
                <numerusform>%n answer not saved</numerusform>
                <numerusform>%n answers not saved</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SettleScreen</name>
        <message numerus="yes">
            <source>%n answer(s) differ</source>
            <translation>
                <numerusform>%n answer differs</numerusform>
                <numerusform>%n answers differ</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TeamScreen</name>
        <message numerus="yes">
            <source>%n conflict(s)</source>
            <translation>
                <numerusform>%n conflict</numerusform>
                <numerusform>%n conflicts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n laptop(s) need you</source>
            <translation>
                <numerusform>%n laptop needs you</numerusform>
                <numerusform>%n laptops need you</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Telling</name>
        <message numerus="yes">
            <source>%n families are waiting to be reassigned</source>
            <translation>
                <numerusform>%n family is waiting to be reassigned</numerusform>
                <numerusform>%n families are waiting to be reassigned</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n record(s) received by the server</source>
            <translation>
                <numerusform>%n record received by the server</numerusform>
                <numerusform>%n records received by the server</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{name} was with this family %n minute(s) ago</source>
            <translation>
                <numerusform>{name} was with this family %n minute ago</numerusform>
                <numerusform>{name} was with this family %n minutes ago</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n finished record(s) are newer than the backup. They are sealed on this laptop: let the office take them from it.</source>
            <translation>
                <numerusform>%n finished record is newer than the backup. It is sealed on this laptop: let the office take it from there.</numerusform>
                <numerusform>%n finished records are newer than the backup. They are sealed on this laptop: let the office take them from there.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not yet sent</source>
            <translation>
                <numerusform>%n not yet sent</numerusform>
                <numerusform>%n not yet sent</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>UnlockScreen</name>
        <message numerus="yes">
            <source>Wrong tries: %n</source>
            <translation>
                <numerusform>Wrong tries: %n</numerusform>
                <numerusform>Wrong tries: %n</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>_ProgressWords</name>
        <message numerus="yes">
            <source>%n error(s)</source>
            <translation>
                <numerusform>%n error</numerusform>
                <numerusform>%n errors</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n left</source>
            <translation>
                <numerusform>%n left</numerusform>
                <numerusform>%n left</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n warning(s)</source>
            <translation>
                <numerusform>%n warning</numerusform>
                <numerusform>%n warnings</numerusform>
            </translation>
        </message>
    </context>
</TS>
